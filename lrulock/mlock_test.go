package lrulock

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

var mlockResults = sync.OnceValue(func() racetest.Results { return racetest.Search(&Mlock) })

type mlockStep = racetest.Step[MlockState]

// mlockMachine is a kernel of the class without some lines.
func mlockMachine(t *testing.T, id string, drop ...vm.At) *vm.Machine[MlockState, mlockLocals] {
	t.Helper()
	return vm.New(&Mlock, racetest.Kernel(t, &Mlock, id), vm.SMP, drop...)
}

func TestMlockVerdicts(t *testing.T) { racetest.Verdicts(t, &Mlock) }
func TestMlockBugs(t *testing.T)     { racetest.Bugs(t, mlockResults()) }
func TestMlockLines(t *testing.T)    { racetest.Lines(t, &Mlock) }
func TestMlockDropped(t *testing.T)  { racetest.Dropped(t, &Mlock, racetest.Mutants(&Mlock)) }

// The schedules that the package comment and the findings tell.
func TestMlockDiagrams(t *testing.T) {
	for _, tt := range []struct{ file, id, boot, bug string }{
		{"mlock-x1.txt", "B-M1", "mlockers", damaged},
		{"mlock-x3.txt", "B-M1", "mlockers", reset},
		{"mlock-x4.txt", "B-M2", "reclaim", lost},
		{"mlock-2.6.28-barrier.txt", "B-M4", "reclaim", stranded},
		{"mlock-2.6.32-copy.txt", "B-M5", "fork", stranded},
		{"mlock-5.18-munlocks.txt", "B-M6", "both", stranded},
		{"mlock-5.18-pagevec.txt", "B-M6", "pagevec", stranded},
		{"mlock-5.18-freed.txt", "B-M6", "reclaim", stale},
		{"mlock-5.18-claim.txt", "B-M6", "munlock", string(Overcount)},
		{"mlock-5.18-overcount.txt", "B-M6", "new", string(Overcount)},
	} {
		racetest.Golden(t, tt.file, racetest.Diagram(t, &Mlock, tt.id, tt.boot, tt.bug))
	}
}

const (
	union    = "wrong member of a union (count over list pointers)"
	lost     = "wrong member of a union (list pointers over a count)"
	reset    = "wrong member of a union (count over a count)"
	damaged  = "list corruption (list_del through damaged pointers)"
	stranded = "page stranded off the LRU"
	stale    = "bad page state (free page with PG_mlocked)"
)

// The races X1 to X10 of the sketch, in the kernels that should have them, and
// in no kernel in which they should be gone.
func TestMlockRacesOfTheSketch(t *testing.T) {
	for _, tt := range []struct {
		race, boot, bug string
		in, gone        []string
	}{
		{"X1, a second mlocker", "mlockers", union, []string{"B-M0", "B-M1"}, []string{"B-M2"}},
		{"X1, and the list breaks", "mlockers", damaged, []string{"B-M0", "B-M1"}, []string{"B-M2"}},
		{"X2, the count begins as poison", "reclaim", stranded, []string{"B-M0"}, nil},
		{"X3, a count is initialised too late", "mlockers", reset, []string{"B-M1"}, []string{"B-M0", "B-M2"}},
		{"X4, reclaim owns page->lru", "reclaim", union, []string{"B-M0", "B-M1", "B-M2"}, nil},
		{"X4, putback over the count", "reclaim", lost, []string{"B-M0", "B-M1", "B-M2"}, nil},
		{"X5, a pagevec over the count", "pagevec", lost, []string{"B-M0", "B-M1", "B-M2"}, nil},
		{"X6, munlock over a new count", "munlock", lost, []string{"B-M0", "B-M1"}, []string{"B-M2"}},
		{"X6, a count on a page that was put back", "munlock", union, []string{"B-M0", "B-M1"}, []string{"B-M2"}},
		{"X7, freed with the flag", "exit", stale, []string{"B-M0", "B-M1", "B-M2"}, nil},
		{"X8, the old page of a copy on write", "fork", stranded, []string{"B-M0", "B-M1", "B-M2"}, nil},
		{"X8, the new page of a copy on write", "fork", "mlocked page left to reclaim", []string{"B-M0", "B-M1", "B-M2"}, nil},
	} {
		for _, id := range tt.in {
			_, ok := mlockResults().Of(id, tt.boot).Find(tt.bug)
			assert.True(t, ok, "%s: not in %s", tt.race, id)
		}
		for _, id := range tt.gone {
			_, ok := mlockResults().Of(id, tt.boot).Find(tt.bug)
			assert.False(t, ok, "%s: in %s", tt.race, id)
		}
	}
}

// X10: the count holds no reference. The first address space copies the page on
// a write and keeps its count; the last put frees the page with a count of one.
func TestMlockSketchHoldsNoReference(t *testing.T) {
	boot := &vm.Boot[MlockState]{Init: initMlockedOne, Programs: [][]uint8{{opFork, opFault0, opMunmap2}}}
	for id, want := range map[string]bool{"B-M1": true, "B-M2": true, "B-M3": false, "B-M5c": false} {
		m := mlockMachine(t, id)
		met := racetest.Meets(m, func(s mlockStep) bool {
			_, freed := s.X.Allocation()
			return freed == 0 && s.After.Page[0].Link.Owner() == vm.Counter && s.After.Page[0].Link.N() > 0
		}, append(racetest.Boots(m), boot)...)
		assert.Equal(t, want, met, id)
	}
}

// X8 in the patches of 2007: the copy is mlocked, the old page keeps its count
// and its reference, and nobody is left to drop them.
func TestMlockOldPageOfACopyIn2007(t *testing.T) {
	boot := &vm.Boot[MlockState]{Init: initMlockedOne, Programs: [][]uint8{{opFork, opFault0, opMunlock0}, {opMunmap2}}}
	for id, want := range map[string]bool{"B-M3a": true, "B-M3b": true, "B-M3": false} {
		bugs := racetest.Shown(t, mlockMachine(t, id), boot)
		assert.Equal(t, want, slices.Contains(bugs, string(Overcount)), "%s: %v", id, bugs)
		assert.Equal(t, want, slices.Contains(bugs, "page stranded off the LRU"), "%s: %v", id, bugs)
	}
}

// Fewest preemptions for the races that have a schedule of their own.
func TestMlockFewestPreemptions(t *testing.T) {
	for _, tt := range []struct {
		id, boot, bug string
		n             int
	}{
		{"B-M1", "mlockers", union, 1}, {"B-M1", "mlockers", reset, 1}, {"B-M0", "reclaim", stranded, 0},
		{"B-M2", "reclaim", union, 1}, {"B-M2", "reclaim", lost, 2}, {"B-M2", "pagevec", lost, 1},
		{"B-M1", "munlock", lost, 1}, {"B-M1", "munlock", union, 1},
		{"D2", "mlockers", "deadlock", 0}, {"B-M4", "reclaim", stranded, 2}, {"B-M5", "fork", stranded, 1},
		{"B-M6", "both", stranded, 1}, {"B-M6", "munlock", string(Overcount), 2}, {"B-M6", "pagevec", stranded, 1}, {"B-M6", "reclaim", stale, 2},
	} {
		f, ok := mlockResults().Of(tt.id, tt.boot).Find(tt.bug)
		require.True(t, ok, "%s, %s: no %s", tt.id, tt.boot, tt.bug)
		assert.Equal(t, tt.n, f.Preemptions, "%s, %s: %s", tt.id, tt.boot, tt.bug)
	}
}

// What looks wrong and is right: each of these is met in the search of kernels
// that have no bug.
func TestMlockNegativeControls(t *testing.T) {
	atRest := func(f func(s *MlockState, p int) bool) func(s *MlockState, st mlockStep) bool {
		return func(s *MlockState, st mlockStep) bool {
			if !s.LRU.Free() || !s.quiet(st.X) || st.Before.CPU[st.CPU].Depth() > 1 {
				return false
			}
			for p := range s.Page {
				if s.Page[p].Life.Free() == 0 && f(s, p) {
					return true
				}
			}
			return false
		}
	}
	for _, tt := range []struct {
		name    string
		kernels []string
		seen    func(s *MlockState, st mlockStep) bool
	}{
		{"a count below the number of vmas", []string{"B-M3", "B-M6r"}, atRest(func(s *MlockState, p int) bool {
			pg := &s.Page[p]
			return pg.Flags.Has(pgMlocked) && pg.Link.Owner() == vm.Counter && pg.Link.N() < s.lockers(p)
		})},
		{"a page of a VM_LOCKED vma on the inactive list", []string{"D0", "B-M3", "B-M5c", "B-M6r"}, atRest(func(s *MlockState, p int) bool {
			return s.lockers(p) > 0 && s.Inactive.Has(p)
		})},
		{"a page of a VM_LOCKED vma on the active list", []string{"D0"}, atRest(func(s *MlockState, p int) bool {
			return s.lockers(p) > 0 && s.Active.Has(p)
		})},
		{"munlock loses the isolation", []string{"B-M5c"}, func(s *MlockState, st mlockStep) bool {
			c := &st.Before.CPU[st.CPU]
			return st.At == vm.At{Func: fnIsolate, Line: isPeek} && c.At(c.Depth()-2).Func == fnMunlockVMA && !s.Page[0].Flags.Has(pgLRU)
		}},
		{"putback looks again and redoes", []string{"B-M5c"}, func(_ *MlockState, st mlockStep) bool {
			return st.At == vm.At{Func: fnPutback, Line: pbClearLRU}
		}},
		{"mlock leaves the count to whoever has the page", []string{"B-M6r"}, func(s *MlockState, st mlockStep) bool {
			c := &st.Before.CPU[st.CPU]
			return st.At == vm.At{Func: fnMlockPagevec, Line: pvClaim} && c.Locals(c.Depth()-1).n != isolated
		}},
		{"PG_lru on a page that is on no list", []string{"B-M6r"}, atRest(func(s *MlockState, p int) bool {
			return s.Page[p].Flags.Has(pgLRU) && !s.listed(p)
		})},
		{"a page in a pagevec, off every list", []string{"D0", "B-M3", "B-M5c", "B-M6r"}, atRest(func(s *MlockState, p int) bool {
			lru, _ := s.waits(p)
			return lru && !s.Page[p].Flags.Has(pgLRU) && !s.listed(p)
		})},
		{"a VM_LOCKED vma without its page", []string{"D0", "B-M3", "B-M5c", "B-M6r"}, func(s *MlockState, _ mlockStep) bool {
			return s.MM[0].VMA.Has(vmLocked) && s.MM[0].PTE == 0
		}},
	} {
		for _, id := range tt.kernels {
			m := mlockMachine(t, id)
			assert.Empty(t, racetest.Shown(t, m), "%s accuses %s", id, tt.name)
			met := racetest.Meets(m, func(s mlockStep) bool { return tt.seen(s.After, s) })
			assert.True(t, met, "%s never meets %s", id, tt.name)
		}
	}
}

// Every oracle of the class fires: in a racy kernel, or in a fixed one without
// the line that keeps it quiet.
func TestMlockOracles(t *testing.T) {
	names := mlockResults().Bugs()
	for _, tt := range []struct {
		bug, id string
		drop    vm.At
	}{
		{string(Evicted), "D0", at(fnShrink, shFail)},
		{string(Unguarded), "D0", at(fnShrink, shLock)},
		{string(Promise) + " (mlock)", "D0", at(fnMlock, mlFlag)},
		{string(Promise) + " (munlock)", "D0", at(fnMunlock, muFlag)},
		{string(Promise) + " (munmap)", "D0", at(fnMunmap, umGone)},
		{string(Promise) + " (fork without VM_LOCKED)", "D0", at(fnFork, dmFlags)},
		{string(vm.LockAtRest) + " (mmap_sem)", "D0", at(fnFork, dmUpChild)},
		{string(vm.UnlockByStranger) + " (mmap_sem)", "D0", at(fnMlock, mlDown)},
		{string(vm.UnlockByStranger) + " (page lock)", "B-M5c", at(fnMlock, mlLock)},
		{"BUG_ON(NULL pointer dereference)", "B-M5c", at(fnMlock, mlFollow)},
		{string(vm.Accounting) + " (NR_MLOCK)", "B-M5c", at(fnMlockVMA, mvNr)},
		{string(vm.Miscount) + " (fewer references than owners)", "D0", at(fnFork, dmGet)},
		{string(vm.BadPage) + " (free of a mapped page)", "D0", at(fnShrink, shNuke)},
		{string(vm.ListCorruption) + " (PG_lru off the lists)", "D0", at(fnDrain, drList)},
		{string(vm.ListCorruption) + " (on a list without PG_lru)", "D0", at(fnDrain, drSet)},
		{string(vm.ListCorruption) + " (PG_active and the list differ)", "D0", at(fnRefill, rfClear)},
		{string(vm.ListCorruption) + " (PG_unevictable and the list differ)", "B-M5c", at(fnPutback, pbSetUnevictable)},
		{"BUG_ON(PageMLock(page) in free_pages_check)", "B-M3", at(fnMunlockVMA, nvClear)},
	} {
		m := mlockMachine(t, tt.id, tt.drop)
		assert.Contains(t, racetest.Shown(t, m), tt.bug, "%s without %s", tt.id, m.Text(tt.drop))
		names = append(names, tt.bug)
	}
	assert.Subset(t, names, []string{
		string(Evictable), stranded, stranded + " (mapped by a VM_LOCKED vma)", string(Overcount), string(BadCount), stale,
		"leak", "deadlock", "bad page state (free of a locked page)",
		"bad page state (free of a page on an LRU list)", "BUG_ON(PageLRU(page) in munlock_page)",
		"BUG_ON(PageLRU(page) in shrink_cache)", "BUG_ON(PageLRU(page) in __pagevec_lru_add)",
	})
}
