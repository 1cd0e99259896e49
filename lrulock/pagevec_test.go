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

var pagevecResults = sync.OnceValue(func() []result { return search(&testing.T{}, &Pagevec) })

func TestPagevecVerdicts(t *testing.T) {
	racetest.Golden(t, "pagevec-verdicts.txt", table(pagevecResults()))
}

func TestPagevecRacyKernelsAreCaughtAndFixedOnesAreNot(t *testing.T) {
	for id, bad := range caught(pagevecResults()) {
		assert.Equal(t, !kernelOf(t, &Pagevec, id).Fixed, bad, id)
	}
}

func TestPagevecEveryLineRuns(t *testing.T)            { everyLineRuns(t, &Pagevec) }
func TestPagevecEveryLineIsNeededOrSpare(t *testing.T) { everyLineIsNeededOrSpare(t, &Pagevec) }
func TestPagevecSpareLinesExist(t *testing.T)          { spareLinesExist(t, &Pagevec) }

func TestPagevecDiagrams(t *testing.T) {
	for _, tt := range []struct{ file, id, boot, bug string }{
		{"pagevec-2.5.32.txt", "A1", "scan", "double free"},
		{"pagevec-morton-b3.txt", "B3", "scan", "double free"},
		{"pagevec-morton-leak.txt", "B1", "off", "leak"},
		{"pagevec-ehrhardt-outside.txt", "Cx", "scan", string(DeadVisible)},
		{"pagevec-phillips.txt", "Hx", "drain", "list corruption (list_del of an unlinked page)"},
		{"pagevec-livelock.txt", "A1c", "scan", "livelock"},
	} {
		racetest.Golden(t, tt.file, diagram(t, &Pagevec, tt.id, tt.boot, tt.bug))
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
		found := map[string]bool{}
		for _, r := range pagevecResults() {
			if r.kernel.ID == tt.id {
				for _, f := range r.findings {
					found[f.name] = true
				}
			}
		}
		for _, bug := range tt.in {
			assert.True(t, found[bug], "%s: no %s", tt.id, bug)
		}
		for _, bug := range tt.out {
			assert.False(t, found[bug], "%s: %s", tt.id, bug)
		}
	}
	for _, tt := range []struct {
		id, boot, bug string
		n             int
	}{{"A1", "scan", twice, 1}, {"B3", "scan", twice, 1}, {"B6", "scan", twice, 1}, {"B1", "off", "leak", 0}, {"A1c", "scan", "livelock", 1}} {
		f, ok := found(pagevecResults(), tt.id, tt.boot, tt.bug)
		require.True(t, ok, "%s: no %s", tt.id, tt.bug)
		assert.Equal(t, tt.n, f.preemptions, "%s: %s", tt.id, tt.bug)
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
		k := vm.Kernel{Name: "half", Patches: tt.patches}
		bugs := explore(t, &Pagevec, k)
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
		seen := false
		explore(t, watched(&Pagevec, func(s *PagevecState, _ *vm.Exec, _ vm.At) {
			for p := range s.Page {
				seen = seen || s.LRU.Free() && s.Page[p].Life.Owed() > 0 && s.Page[p].Count > 0
			}
		}), kernelOf(t, &Pagevec, id))
		assert.Equal(t, want, seen, id)
	}
}

// Who claims PG_lru in 5.11 has the page to itself; the loser puts its reference
// under the LRU lock, and that is never the last one.
func TestPagevecLoserOfAClaim(t *testing.T) {
	boot := vm.Boot[PagevecState]{Init: initTwoUsers, Programs: [][]uint8{{opAccessed0}, {opShrink1}, {opPut0}}}
	seen := false
	c := watched(&Pagevec, func(s *PagevecState, x *vm.Exec, at vm.At) {
		if at == (vm.At{Func: fnIsolatePages, Line: ilLoser}) {
			seen = true
			assert.True(t, s.LRU.HeldBy(x.CPU))
		}
	})
	assert.Empty(t, explore(t, c, kernelOf(t, &Pagevec, "I511"), boot))
	assert.True(t, seen, "no claim is lost")
}

// What looks wrong and is right: each is met in the search of kernels that have
// no bug.
func TestPagevecNegativeControls(t *testing.T) {
	twoScans := vm.Boot[PagevecState]{Init: initOne, Programs: [][]uint8{{opShrink1}, {opShrink1}, {opPut0}}}
	for _, tt := range []struct {
		name    string
		kernels []string
		seen    func(s *PagevecState, x *vm.Exec, at vm.At) bool
	}{
		{"a count of one on a dead page under the lock", []string{"C", "E"}, func(s *PagevecState, x *vm.Exec, _ vm.At) bool {
			return s.LRU.HeldBy(x.CPU) && s.anyPage(func(p int) bool { return s.Page[p].Life.Owed() > 0 && s.Page[p].Count == 1 })
		}},
		{"a page without references that waits on the LRU", []string{"B5"}, func(s *PagevecState, _ *vm.Exec, _ vm.At) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.Page[p].Count == 0 && s.Page[p].Life == 0 && s.Page[p].Flags.Has(pgLRU)
			})
		}},
		{"a scan that resurrects a page that nobody owes", []string{"B5"}, func(s *PagevecState, x *vm.Exec, at vm.At) bool {
			c := &s.CPU[x.CPU]
			return at == vm.At{Func: fnIsolatePages, Line: ilGet} && s.Page[c.Locals(c.Depth()-1).page].Count == 1
		}},
		{"a page that only the LRU holds", []string{"H"}, func(s *PagevecState, _ *vm.Exec, _ vm.At) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.Page[p].Count == 1 && s.Page[p].Flags.Has(pgLRU) && s.Users.of(p) == 0
			})
		}},
		{"a last put by the drain of a pagevec", []string{"B4", "B5", "C", "E", "F2", "H", "I511"}, func(s *PagevecState, x *vm.Exec, _ vm.At) bool {
			c := &s.CPU[x.CPU]
			_, freed := x.Allocation()
			return freed >= 0 && c.Depth() > 1 && c.At(c.Depth()-2).Func == fnAddDrain
		}},
		{"a page in a pagevec, off every list", []string{"C", "H"}, func(s *PagevecState, _ *vm.Exec, _ vm.At) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool { return s.waits(p) && !s.listed(p) })
		}},
		{"a scan whose get fails", []string{"F2", "I511"}, func(s *PagevecState, x *vm.Exec, at vm.At) bool {
			c := &s.CPU[x.CPU]
			return at == vm.At{Func: fnIsolatePages, Line: ilUnless} && s.Page[c.Locals(c.Depth()-1).page].Count == 0
		}},
		{"the lock is dropped in the middle of a putback", []string{"B4", "C", "F2"}, func(_ *PagevecState, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnPutbackPages, Line: plUnlockFull}
		}},
		{"PG_lru clear on a listed page while the lock is free", []string{"I511"}, func(s *PagevecState, _ *vm.Exec, _ vm.At) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool { return s.listed(p) && !s.Page[p].Flags.Has(pgLRU) })
		}},
	} {
		for _, id := range tt.kernels {
			seen := false
			c := watched(&Pagevec, func(s *PagevecState, x *vm.Exec, at vm.At) { seen = seen || tt.seen(s, x, at) })
			assert.Empty(t, explore(t, c, kernelOf(t, &Pagevec, id), twoScans), "%s accuses %s", id, tt.name)
			assert.True(t, seen, "%s never meets %s", id, tt.name)
		}
	}
}

func (s *PagevecState) anyPage(f func(p int) bool) bool {
	return slices.ContainsFunc([]int{0, 1, 2, 3}, f)
}

// Every oracle of the class fires: in a racy kernel, or in a fixed one without a
// line that keeps it quiet.
func TestPagevecOracles(t *testing.T) {
	names := map[string]bool{}
	for _, r := range pagevecResults() {
		for _, f := range r.findings {
			names[f.name] = true
		}
	}
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
		m := vm.New(&Pagevec, kernelOf(t, &Pagevec, tt.id), vm.SMP, tt.drop)
		assert.Contains(t, exploreMachine(t, m), tt.bug, "%s without %s", tt.id, m.Text(tt.drop))
	}
	for _, bug := range []string{
		"double obligation", "double free", "leak", "livelock", "count raised from zero", string(DeadVisible),
		"bad page state (free of a page on a list)", "BUG_ON(PageLRU(page) in __free_pages_ok)",
		"BUG_ON(page_count(page) != 0 in __free_pages_ok)", "list corruption (list_del of an unlinked page)",
	} {
		assert.True(t, names[bug], "nothing fires %s", bug)
	}
	all := exploreMachine(t, vm.New(&Pagevec, kernelOf(t, &Pagevec, "I511"), vm.SMP, at(fnIsolatePages, ilUnless)))
	assert.Contains(t, all, "leak (the loser of a claim drops the last reference)")
}

// The verdicts hold for every program of up to two operations on two CPUs, too.
func TestPagevecFixedKernelsWithAnyProgram(t *testing.T) {
	for _, id := range []string{"B5", "H", "I511"} {
		m := vm.New(&Pagevec, kernelOf(t, &Pagevec, id), vm.SMP)
		v := fuzz.Explore(m, &Pagevec.Boots[0], &vm.Workload{Programs: make([][]uint8, 2), Any: 2}, fuzz.Options{})
		assert.Equal(t, fuzz.NoBug, v.Outcome, "%s: %s", id, v)
	}
}
