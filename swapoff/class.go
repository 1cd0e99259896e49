package swapoff

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// The kernel functions, in the order of the listings of every race.
const (
	fnSwapoff vm.Func = iota
	fnRead
	fnUnuse
	fnDelete
	fnMmdrop
	fnFork
	fnExit
	fnExitMmap
	fnZap
	fnExec
	fnMunmap
	fnMremap
	fnFault
	fnLookup
	fnReadahead
	fnShmUnuse
	fnShmNopage
	fnShmSwap
	fnShmRmid
	fnWpPage
	fnSwapOut
	fnAcquire
	fnShrink
	fnStram
	fnSwapoff24
	fnRead24
	fnSwapon
	fnTruncate
	fnMlockall
	fnShmemUnuse
	fnShmemNopage
	fnShmemGetpage
	fnShmemWritepage
	fnIput

	functions
)

// all returns the listings of all functions.
func all() []vm.Listing[State, locals] {
	return []vm.Listing[State, locals]{
		fnSwapoff:   swapoffListing,
		fnRead:      readSwapListing,
		fnUnuse:     unuseListing,
		fnDelete:    deleteListing,
		fnMmdrop:    mmdropListing,
		fnFork:      forkListing,
		fnExit:      exitListing,
		fnExitMmap:  exitMmapListing,
		fnZap:       zapListing,
		fnExec:      execListing,
		fnMunmap:    munmapListing,
		fnMremap:    mremapListing,
		fnFault:     faultListing,
		fnLookup:    lookupListing,
		fnReadahead: readaheadListing,
		fnShmUnuse:  shmUnuseListing,
		fnShmNopage: shmNopageListing,
		fnShmSwap:   shmSwapListing,
		fnShmRmid:   shmRmidListing,
		fnWpPage:    wpListing,
		fnSwapOut:   swapOutListing,
		fnAcquire:   acquireListing,
		fnShrink:    shrinkListing,
		fnStram:     stramListing,
		fnSwapoff24: swapoff24Listing,
		fnRead24:    readSwap24Listing,
		fnSwapon:    swaponListing,
		fnTruncate:  truncateListing,
		fnMlockall:  mlockallListing,

		fnShmemUnuse:     shmemUnuseListing,
		fnShmemNopage:    shmemNopageListing,
		fnShmemGetpage:   shmemGetpageListing,
		fnShmemWritepage: shmemWritepageListing,
		fnIput:           iputListing,
	}
}

// A part is a function without some of its lines.
type part struct {
	fn      vm.Func
	without []int
}

// listings returns the functions that a race has. The others have no line in
// it, and lines that it has no use for are in none of its kernels.
func listings(parts ...part) []vm.Listing[State, locals] {
	from := all()
	out := make([]vm.Listing[State, locals], functions)
	for i := range out {
		out[i].Name, out[i].Step = from[i].Name, from[i].Step
	}
	for _, p := range parts {
		ls := from[p.fn]
		ls.Lines = append([]vm.Line(nil), ls.Lines...)
		for _, line := range p.without {
			ls.Lines[line].Add = absent
		}
		out[p.fn] = ls
	}
	return out
}

// noShm are the lines of sys_swapoff that are about shared memory, noShmem those
// that are about that of 2.4, as noShmem24 in the sys_swapoff of 2.4.10. noFail are
// those of its error path, bare noShm and these.
var (
	noShm     = []int{offShmFirst, offShm, offShmem}
	noShmem   = []int{offShmem}
	noShmem24 = []int{newShmem}
	noFail    = []int{offNoMem, offRelist, offWrite, offFail}
	bare      = slices.Concat(noShm, noFail)
)

func cpus(s *State) []vm.CPU[locals] { return s.CPU[:] }

// owns returns the Begin of an operation of a task that has the mm.
func owns(m int) func(*State, *vm.Exec, *locals) bool {
	return func(s *State, x *vm.Exec, _ *locals) bool { return *vm.Look(x, &s.Task[x.CPU]) == mmPtr(m+1) }
}
