package lrulock

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

var pagevecResults = sync.OnceValue(func() racetest.Results { return racetest.Search(&Pagevec) })

type pagevecStep = racetest.Step[PagevecState]

// pagevecMachine is a kernel of the class without some lines.
func pagevecMachine(t *testing.T, id string, drop ...vm.At) *vm.Machine[PagevecState, pagevecLocals] {
	t.Helper()
	return vm.New(&Pagevec, racetest.Kernel(t, &Pagevec, id), vm.SMP, drop...)
}

func TestPagevecVerdicts(t *testing.T) { racetest.Verdicts(t, &Pagevec) }
func TestPagevecBugs(t *testing.T)     { racetest.Bugs(t, pagevecResults()) }
func TestPagevecLines(t *testing.T)    { racetest.Lines(t, &Pagevec) }
func TestPagevecDropped(t *testing.T)  { racetest.Dropped(t, &Pagevec, racetest.Mutants(&Pagevec)) }

func TestPagevecDiagrams(t *testing.T) {
	for _, tt := range []struct{ file, id, boot, bug string }{
		{"pagevec-2.5.32.txt", "A1", "scan", "double free"},
		{"pagevec-morton-b3.txt", "B3", "scan", "double free"},
		{"pagevec-morton-leak.txt", "B1", "off", "leak"},
		{"pagevec-ehrhardt-outside.txt", "Cx", "scan", string(DeadVisible)},
		{"pagevec-phillips.txt", "Hx", "drain", "list corruption (list_del of an unlinked page)"},
		{"pagevec-livelock.txt", "A1c", "scan", "livelock"},
	} {
		racetest.Golden(t, tt.file, racetest.Diagram(t, &Pagevec, tt.id, tt.boot, tt.bug))
	}
}

// What is known of each kernel, as bugs that must show and that must not.
func TestPagevecKnownVerdicts(t *testing.T) {
	const obligation, twice = "double obligation", "double free"
	for _, tt := range []struct {
		id      string
		in, out []string
	}{
		{"A1", []string{obligation, twice, "livelock"}, []string{"leak"}},
		{"A1c", []string{"livelock"}, []string{obligation, twice, "leak"}},
		{"B1", []string{"leak"}, []string{obligation, twice, "livelock"}},
		{"B3", []string{twice}, []string{"livelock"}},
		{"B5x", []string{"leak"}, []string{obligation, twice}},
		{"B6", []string{obligation, twice}, []string{"livelock"}},
		{"Cx", []string{string(DeadVisible), "BUG_ON(page_count(page) != 0 in __free_pages_ok)"}, []string{"livelock"}},
		{"Hx", []string{"list corruption (list_del of an unlinked page)", "wrong accounting (nr_inactive)"}, []string{"livelock"}},
	} {
		bugs := pagevecResults().Of(tt.id).Bugs()
		assert.Subset(t, bugs, tt.in, tt.id)
		for _, bug := range tt.out {
			assert.NotContains(t, bugs, bug, tt.id)
		}
	}
	for _, tt := range []struct {
		id, boot, bug string
		n             int
	}{{"A1", "scan", twice, 1}, {"B3", "scan", twice, 1}, {"B6", "scan", twice, 1}, {"B1", "off", "leak", 0}, {"A1c", "scan", "livelock", 1}} {
		f, ok := pagevecResults().Of(tt.id, tt.boot).Find(tt.bug)
		require.True(t, ok, "%s: no %s", tt.id, tt.bug)
		assert.Equal(t, tt.n, f.Preemptions, "%s: %s", tt.id, tt.bug)
	}
}

// Morton's remedy needs every last put under the LRU lock: with the lock first
// on one of the two ways to put only, a page is freed twice or lost.
func TestPagevecLockFirstOnOneWayOnly(t *testing.T) {
	for _, tt := range []struct {
		patches vm.Patch
		bug     string
	}{
		{ScanFrees | LockPut, "double free"},
		{ScanFrees | LockVec, "double free"},
		{ScanFrees | LockPut | LockVec, ""},
	} {
		bugs := racetest.Shown(t, vm.New(&Pagevec, vm.Kernel{Name: "half", Patches: tt.patches}, vm.SMP))
		if tt.bug == "" {
			assert.Empty(t, bugs)
		} else {
			assert.Contains(t, bugs, tt.bug)
		}
	}
}

// No count of a dead page is seen while nobody holds the LRU lock, and that is
// why page_cache_get_lru must be called under it.
func TestPagevecDeadPagesStayDead(t *testing.T) {
	for id, want := range map[string]bool{"C": false, "E": false, "F2": false, "I511": false, "Cx": true, "A1": true} {
		met := racetest.Meets(pagevecMachine(t, id), func(st pagevecStep) bool {
			s := st.After
			return s.LRU.Free() && s.anyPage(func(p int) bool { return s.Page[p].Life.Owed() > 0 && s.Page[p].Count > 0 })
		})
		assert.Equal(t, want, met, id)
	}
}

// Who claims PG_lru in 5.11 has the page to itself; the loser puts its reference
// under the LRU lock, and that is never the last one.
func TestPagevecLoserOfAClaim(t *testing.T) {
	m := pagevecMachine(t, "I511")
	boots := append(racetest.Boots(m), &vm.Boot[PagevecState]{Init: initTwoUsers, Programs: [][]uint8{{opAccessed0}, {opShrink1}, {opPut0}}})
	seen := racetest.Meets(m, func(s pagevecStep) bool {
		loser := s.At == vm.At{Func: fnIsolatePages, Line: ilLoser}
		assert.True(t, !loser || s.After.LRU.HeldBy(s.CPU))
		return loser
	}, boots...)
	assert.Empty(t, racetest.Shown(t, m, boots...))
	assert.True(t, seen, "no claim is lost")
}

// What looks wrong and is right: each is met in the search of kernels that have
// no bug.
func TestPagevecNegativeControls(t *testing.T) {
	twoScans := &vm.Boot[PagevecState]{Init: initOne, Programs: [][]uint8{{opShrink1}, {opShrink1}, {opPut0}}}
	for _, tt := range []struct {
		name    string
		kernels []string
		seen    func(s *PagevecState, st pagevecStep) bool
	}{
		{"a count of one on a dead page under the lock", []string{"C", "E"}, func(s *PagevecState, st pagevecStep) bool {
			return s.LRU.HeldBy(st.CPU) && s.anyPage(func(p int) bool { return s.Page[p].Life.Owed() > 0 && s.Page[p].Count == 1 })
		}},
		{"a page without references that waits on the LRU", []string{"B5"}, func(s *PagevecState, _ pagevecStep) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.Page[p].Count == 0 && s.Page[p].Life == 0 && s.Page[p].Flags.Has(pgLRU)
			})
		}},
		{"a scan that resurrects a page that nobody owes", []string{"B5"}, func(s *PagevecState, st pagevecStep) bool {
			c := &st.Before.CPU[st.CPU]
			return st.At == vm.At{Func: fnIsolatePages, Line: ilGet} && s.Page[c.Locals(c.Depth()-1).page].Count == 1
		}},
		{"a page that only the LRU holds", []string{"H"}, func(s *PagevecState, _ pagevecStep) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.Page[p].Count == 1 && s.Page[p].Flags.Has(pgLRU) && s.Users.of(p) == 0
			})
		}},
		{"a last put by the drain of a pagevec", []string{"B4", "B5", "C", "E", "F2", "H", "I511"}, func(s *PagevecState, st pagevecStep) bool {
			c := &st.Before.CPU[st.CPU]
			_, freed := st.X.Allocation()
			return freed >= 0 && c.Depth() > 1 && c.At(c.Depth()-2).Func == fnAddDrain
		}},
		{"a page in a pagevec, off every list", []string{"C", "H"}, func(s *PagevecState, _ pagevecStep) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool { return s.waits(p) && !s.listed(p) })
		}},
		{"a scan whose get fails", []string{"F2", "I511"}, func(s *PagevecState, st pagevecStep) bool {
			c := &st.Before.CPU[st.CPU]
			return st.At == vm.At{Func: fnIsolatePages, Line: ilUnless} && s.Page[c.Locals(c.Depth()-1).page].Count == 0
		}},
		{"the lock is dropped in the middle of a putback", []string{"B4", "C", "F2"}, func(_ *PagevecState, st pagevecStep) bool {
			return st.At == vm.At{Func: fnPutbackPages, Line: plUnlockFull}
		}},
		{"PG_lru clear on a listed page while the lock is free", []string{"I511"}, func(s *PagevecState, _ pagevecStep) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool { return s.listed(p) && !s.Page[p].Flags.Has(pgLRU) })
		}},
	} {
		for _, id := range tt.kernels {
			m := pagevecMachine(t, id)
			boots := append(racetest.Boots(m), twoScans)
			assert.Empty(t, racetest.Shown(t, m, boots...), "%s accuses %s", id, tt.name)
			met := racetest.Meets(m, func(s pagevecStep) bool { return tt.seen(s.After, s) }, boots...)
			assert.True(t, met, "%s never meets %s", id, tt.name)
		}
	}
}

func (s *PagevecState) anyPage(f func(p int) bool) bool {
	return slices.ContainsFunc([]int{0, 1, 2, 3}, f)
}

// Every oracle of the class fires: in a racy kernel, or in a fixed one without a
// line that keeps it quiet.
func TestPagevecOracles(t *testing.T) {
	for _, tt := range []struct {
		bug, id string
		drop    vm.At
	}{
		{string(Unguarded), "C", at(fnIsolatePages, ilLock)},
		{"list corruption (PG_lru off the lists)", "C", at(fnPutbackPages, plList)},
		{"list corruption (on a list without PG_lru)", "C", at(fnPutbackPages, plSet)},
		{"list corruption (PG_active and the list differ)", "C", at(fnActivate, acSet)},
		{"list corruption (list_add of a linked page)", "C", at(fnIsolatePages, ilDel)},
		{"wrong accounting (nr_active)", "C", at(fnActivate, acNrAdd)},
		{"wrong accounting (nr_inactive)", "C", at(fnAddDrain, ladNr)},
		{"leak (references without an owner)", "C", at(fnPutbackPages, plReleaseLast)},
		{"count without owner (fewer references than owners)", "C", at(fnAddNew, lcGet)},
		{"bad page state (pagevec_add to a full pagevec)", "C", at(fnAddNew, lcFull)},
		{string(Stranded), "C", at(fnAddDrain, ladNext)},
		{"lock recursion (spinlock)", "C", at(fnPutbackPages, plUnlockFull)},
	} {
		m := pagevecMachine(t, tt.id, tt.drop)
		assert.Contains(t, racetest.Shown(t, m), tt.bug, "%s without %s", tt.id, m.Text(tt.drop))
	}
	assert.Subset(t, pagevecResults().Bugs(), []string{
		"double obligation", "double free", "leak", "livelock", "count raised from zero", string(DeadVisible),
		"bad page state (free of a page on a list)", "BUG_ON(PageLRU(page) in __free_pages_ok)",
		"BUG_ON(page_count(page) != 0 in __free_pages_ok)", "list corruption (list_del of an unlinked page)",
	})
	all := racetest.Shown(t, pagevecMachine(t, "I511", at(fnIsolatePages, ilUnless)))
	assert.Contains(t, all, "leak (the loser of a claim drops the last reference)")
}

// The verdicts hold for every program of up to two operations on two CPUs, too.
func TestPagevecFixedKernelsWithAnyProgram(t *testing.T) {
	for _, id := range []string{"B5", "H", "I511"} {
		m := pagevecMachine(t, id)
		v := fuzz.Explore(m, &Pagevec.Boots[0], &vm.Workload{Programs: make([][]uint8, 2), Any: 2}, fuzz.Options{})
		assert.Equal(t, fuzz.NoBug, v.Outcome, "%s: %s", id, v)
	}
}
