package swapoff

import "github.com/vmrace/vmrace/vm"

// Hold is the race inside Sarcar's patch: swapoff pins a mm_struct while its
// last user execs.
var Hold = vm.Class[State, locals]{
	Name:    "swapoff-hold",
	About:   "hold_mm, a test and then an increment, against an exec that lets go of the last reference without the kernel lock",
	Object:  "object",
	Patches: patchNames,
	Kernels: holdKernels,
	Listings: listings(
		part{fnSwapoff, bare}, part{fn: fnRead}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnExit}, part{fn: fnExitMmap}, part{fn: fnZap}, part{fn: fnExec}, part{fn: fnStram}, part{fn: fnMlockall},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
		{Name: "exit(mm 0)", Func: fnExit, Begin: owns(0)},
		{Name: "exec(mm 0)", Func: fnExec, Begin: owns(0)},
		{Name: "unswap_by_read", Func: fnStram},
		{Name: "mlockall(mm 0)", Func: fnMlockall, Begin: owns(0)},
	},
	Boots: []vm.Boot[State]{
		{Name: "exec", Init: bootThreads, Programs: [][]uint8{{0, 1}, {2}, {3}}},
		{Name: "oops", Init: bootOops, Programs: [][]uint8{{0}, {2}}, Needs: H14},
		{Name: "mlockall", Init: bootThreads, Programs: [][]uint8{{0}, {2}, {5}}, Needs: H4},
		{Name: "execs", Init: bootOne, Programs: [][]uint8{{0}, {3, 5}}, Needs: H4},
		{Name: "stram", Init: bootThreads, Programs: [][]uint8{{4}, {2}}, Needs: H14},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// holdKernels are those that have hold_mm.
var holdKernels = []vm.Kernel{
	{Name: "kanoj", ID: "V1", Version: "2.3.99-pre4-5 with the patch", Year: 2000, Source: "Kanoj Sarcar, linux-mm, 21 Apr 2000",
		About: "hold_mm relies on the kernel lock, which exec_mmap does not take", Patches: kanoj},
	{Name: "kanoj-exec-bkl", ID: "V1B", Version: "2.3.99-pre4-5 with more patches", Year: 2000, Source: "hypothetical",
		About: "exec_mmap takes the kernel lock", Patches: kanoj&^H14 | Retest | ExecBKL, Fixed: true},
	{Name: "2.4.10", ID: "V4", Version: "2.4.10 to 2.4.32", Year: 2001, Source: "Hugh Dickins, Aug 2001",
		About: "mmput takes the mm off mmlist under its lock", Patches: dickins, Fixed: true},
	{Name: "2.6.11", ID: "V5", Version: "2.6.9 to 2.6.11", Year: 2004, Source: "2.6.11",
		About: "an mm is pinned by mm_users, unless there is no user left", Patches: dickins | PinUsers, Fixed: true},
	{Name: "kanoj-not-zero", ID: "V1N", Version: "2.3.99-pre4-5 with more patches", Year: 2000, Source: "hypothetical",
		About: "hold_mm raises only a count that is not 0", Patches: kanoj&^H14 | Retest | NotZero, Fixed: true},
}

// bootThreads has two tasks that share an mm with a handle.
func bootThreads(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.swappedOut(0, 0, 0)
	s.Mm[0].Users++
	s.Task[2] = 1
	s.Tasks = s.Tasks.With(2)
}

// bootOops has a task that dies of a BUG in a fault, with mmap_sem in its hands.
func bootOops(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.swappedOut(0, 0, 0)
	s.Mm[0].Sem = vm.SemaphoreOf(1)
}
