package migrate

import "github.com/vmrace/vmrace/vm"

// The patches. The kernel without any is 4.20 with iomap.
const (
	// Drop is 9a1ea439b16b: a waiter for a migration drops its reference before it
	// sleeps.
	Drop vm.Patch = 1 << iota
	// Create is 61c6de667263: iomap_page_create takes a reference for PG_private,
	// the release drops it, the migration forgets it.
	Create
	// IomapRef is 8e47a457321c: PG_private goes with a reference that is taken,
	// moved and dropped together with the flag.
	IomapRef
	// Buffers is a file system with buffer heads, which always did that.
	Buffers
	// DebugVM is CONFIG_DEBUG_VM.
	DebugVM
	// Alone selects the workloads in which nothing stands in the way.
	Alone
	// NoPageLock takes the page lock away from the side that faults.
	NoPageLock
	// NoSlot lets migration go without the second look at the tree.
	NoSlot
	// CountMaps lets the expected count include the page table entries.
	CountMaps
	// NoXALock lets migration go without the lock of the tree.
	NoXALock
	// PlainGet is get_page in the waiter, as before e286781d5f2.
	PlainGet
	// Peek lets a waiter that has dropped its reference look at the page again.
	Peek
	// Quiet is a draft of Drop that lets reclaim clear the page lock without a
	// wakeup, as it does while every waiter has a reference.
	Quiet
	// Fair lets migration wait, between two passes, until every task that waited
	// for it has run.
	Fair
)

var patchNames = []string{
	"put-and-wait", "iomap-create-ref", "iomap-ref", "buffer-heads", "debug-vm", "alone",
	"no-page-lock", "no-slot-check", "count-maps", "no-xa-lock", "plain-get", "peek", "quiet-unlock", "fair",
}

// hasRef is any file system in which PG_private comes with a reference.
const hasRef = Create | IomapRef | Buffers
