package migrate

import "github.com/vmrace/vmrace/vm"

var (
	kernel420xfs = vm.Kernel{Name: "4.20-xfs", ID: "I1h", Version: "4.20", Year: 2018, Source: "mm/migrate.c, fs/iomap.c",
		About: "PG_private of iomap has no reference; a waiter keeps its own while it sleeps"}
	kernelAlone = vm.Kernel{Name: "4.20-xfs-alone", ID: "I1a", Version: "4.20", Year: 2018, Source: "mm/migrate.c, fs/iomap.c",
		About: "the same with nobody in the way: the expected count is out of reach", Patches: Alone}
	kernel420 = vm.Kernel{Name: "4.20", ID: "B0h", Version: "4.20", Year: 2018, Source: "mm/migrate.c, fs/buffer.c",
		About: "honest references; a waiter keeps its own while it sleeps", Patches: Buffers}
	kernelCreate = vm.Kernel{Name: "4.20-rc-iomap", ID: "I3", Version: "4.20-rc", Year: 2018, Source: "61c6de667263, reverted by 837514f7a4ca",
		About: "PG_private of iomap has a reference, which migration forgets", Patches: Create}
	kernelRC4 = vm.Kernel{Name: "5.0-rc4", ID: "I1", Version: "5.0-rc4", Year: 2019, Source: "9a1ea439b16b",
		About: "PG_private of iomap has no reference; a waiter drops its own before it sleeps; CONFIG_DEBUG_VM", Patches: Drop | DebugVM}
	kernelRC4Plain = vm.Kernel{Name: "5.0-rc4-nodebug", ID: "I1n", Version: "5.0-rc4", Year: 2019, Source: "9a1ea439b16b",
		About: "the same without CONFIG_DEBUG_VM: the old page leaks", Patches: Drop}
	kernel50 = vm.Kernel{Name: "5.0.1", ID: "B0", Version: "5.0.1", Year: 2019, Source: "8e47a457321c",
		About: "PG_private of iomap goes with a reference", Patches: Drop | IomapRef, Fixed: true}
)

var kernels = []vm.Kernel{
	kernel420xfs,
	kernelAlone,
	kernelCreate,
	{Name: "4.20-put-and-wait", ID: "D0", Version: "4.20 with a draft of 9a1ea439b16b", Year: 2018, Source: "Hugh Dickins, linux-mm, 20 Nov 2018",
		About: "waiters without a reference, and a reclaim that wakes nobody", Patches: Drop | Buffers | Quiet},
	kernelRC4,
	kernelRC4Plain,
	without("5.0-no-lock", "G0111", "the page lock", NoPageLock),
	without("5.0-no-lock-slot", "G0011", "the page lock and the slot check", NoPageLock|NoSlot),
	without("5.0-no-lock-maps", "G0101", "the page lock, and mapcount in the expected count", NoPageLock|CountMaps),
	without("5.0-no-lock-xa", "G0110", "the page lock and the lock of the tree", NoPageLock|NoXALock),
	without("5.0-no-guard", "G0000", "any of the four guards", NoPageLock|NoSlot|CountMaps|NoXALock),
	kernel50,
}

var waitKernels = []vm.Kernel{
	kernel420xfs,
	kernelAlone,
	kernel420,
	kernelRC4,
	kernelRC4Plain,
	{Name: "5.0-plain-get", ID: "W1", Version: "5.0.1 with a line of 2.6.26", Year: 2019, Source: "before e286781d5f2",
		About: "a waiter takes its reference without a look at the count", Patches: Drop | IomapRef | PlainGet},
	{Name: "5.0-peek", ID: "W2", Version: "5.0.1 with a line of 4.20", Year: 2019, Source: "wait_on_page_bit_common",
		About: "a waiter that has dropped its reference looks at the page lock again", Patches: Drop | IomapRef | Peek},
	kernel50,
}

// without is 5.0.1 without some of the guards of a moving reference. The digits
// of its id say which it has: page lock, slot check, no mapcount, xa_lock.
func without(name, id, what string, gone vm.Patch) vm.Kernel {
	return vm.Kernel{Name: name, ID: id, Version: "5.0.1", Year: 2019, Source: "Hugh Dickins, LKML, 5 Feb 2019",
		About: "5.0.1 without " + what, Patches: Drop | IomapRef | gone}
}
