package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Each of three CPUs puts a page of its own on a list, counts it and takes it
// off again, without a lock for the count. CPUs and pages are alike, together:
// who changes places with another CPU changes pages with it, too.
type shelf struct {
	CPU   [3]vm.CPU[shelfLocals] `name:"-"`
	List  vm.List                `sym:"objects"`
	Page  [3]shelfPage           `sym:"perobject"`
	Seen  vm.Set                 `sym:"objects"`
	Last  uint8                  `sym:"object+1"`
	Lock  vm.Spinlock
	Count uint8
}

type shelfPage struct {
	Users uint8
	By    uint8 `sym:"cpu+1"`
}

type shelfLocals struct {
	page uint8 `sym:"object"`
	tmp  uint8
}

const shelfLock, shelfAdd, shelfUnlock, shelfRead, shelfWrite, shelfMark = 0, 1, 2, 3, 4, 5

func (s *shelf) put(x *vm.Exec, l *shelfLocals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case shelfLock:
		return s.Lock.Lock(x)
	case shelfAdd:
		s.List.AddHead(x, int(l.page))
		vm.Store(x, &pg.By, uint8(x.CPU+1))
	case shelfUnlock:
		return s.Lock.Unlock(x)
	case shelfRead:
		l.tmp = vm.Load(x, &s.Count)
	case shelfWrite:
		vm.Store(x, &s.Count, l.tmp+1)
		vm.Store(x, &pg.Users, pg.Users+1)
	case shelfMark:
		vm.Store(x, &s.Seen, vm.Load(x, &s.Seen).With(int(l.page)))
		vm.Store(x, &s.Last, l.page+1)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

func shelves() *vm.Class[shelf, shelfLocals] {
	return &vm.Class[shelf, shelfLocals]{
		Name: "shelf", CPUs: func(s *shelf) []vm.CPU[shelfLocals] { return s.CPU[:] },
		Kernels: []vm.Kernel{{Name: "shelf"}},
		Listings: []vm.Listing[shelf, shelfLocals]{{Name: "put", Source: "shelf.c", Step: (*shelf).put, Lines: []vm.Line{
			shelfLock:   {Text: "spin_lock(&lock);"},
			shelfAdd:    {Text: "list_add(&page->lru, &list);"},
			shelfUnlock: {Text: "spin_unlock(&lock);"},
			shelfRead:   {Text: "tmp = count;"},
			shelfWrite:  {Text: "count = tmp + 1;"},
			shelfMark:   {Text: "last = page;"},
		}}},
		Ops: []vm.Op[shelf, shelfLocals]{
			{Name: "put(page 0)", Args: shelfLocals{page: 0}},
			{Name: "put(page 1)", Args: shelfLocals{page: 1}},
			{Name: "put(page 2)", Args: shelfLocals{page: 2}},
		},
		Boots:    []vm.Boot[shelf]{{Name: "empty", Programs: [][]uint8{{0}, {1}, {2}}}},
		Symmetry: &vm.Symmetry{Objects: 3, Op: func(op uint8, r *vm.Renaming) (uint8, bool) { return uint8(r.Object(int(op))), true }},
		Rest: func(s *shelf, x *vm.Exec) {
			if s.Count < 3 {
				x.Bug(vm.Accounting, int(s.Last-1), "")
			}
		},
	}
}

// CPUs and pages change places together, six ways.
func TestSymmetryOfObjects(t *testing.T) {
	c := shelves()
	m := vm.New(c, c.Kernels[0], vm.SMP)
	boot := &c.Boots[0]
	w := &vm.Workload{Programs: boot.Programs}
	lines, elements := fuzz.Asymmetries(m, boot, w, 10_000)
	require.Empty(t, lines)
	require.Equal(t, 6, elements)

	full := fuzz.Explore(m, boot, w, fuzz.Options{All: true})
	sym := fuzz.Explore(m, boot, w, fuzz.Options{All: true, Symmetry: true})
	both := fuzz.Explore(m, boot, w, fuzz.Options{All: true, Symmetry: true, POR: true})
	require.Equal(t, bugNames(full), bugNames(sym))
	require.Equal(t, bugNames(full), bugNames(both))
	require.Less(t, 5*sym.States, full.States, "%d states of %d", sym.States, full.States)
	require.Less(t, 2*both.States, sym.States, "%d states of %d", both.States, sym.States)
	require.Len(t, sym.Finds[0].Moves, len(full.Finds[0].Moves))

	pre := fuzz.Explore(m, boot, w, fuzz.Options{Preemptions: true})
	least := fuzz.Explore(m, boot, w, fuzz.Options{Preemptions: true, Symmetry: true, POR: true})
	require.Equal(t, pre.Finds[0].Preemptions, least.Finds[0].Preemptions)
	require.Equal(t, pre.Finds[0].Preemptions, fuzz.Preemptions(m, 0, w.Programs, least.Finds[0].Moves))
}

// Programs that differ leave fewer ways, or none; so does an initial state.
func TestSymmetryOfTheWorkload(t *testing.T) {
	c := shelves()
	m := vm.New(c, c.Kernels[0], vm.SMP)
	for _, test := range []struct {
		programs [][]uint8
		init     func(s *shelf, p vm.Patch)
		want     int
	}{
		{[][]uint8{{0}, {1}, {2}}, nil, 6},
		{[][]uint8{{0}, {0}, {0}}, nil, 12},   // the pages 1 and 2 are not used
		{[][]uint8{{0}, {0}, {1}}, nil, 2},    // two CPUs
		{[][]uint8{{0, 1}, {1}, {2}}, nil, 1}, // each page has a part of its own
		{[][]uint8{{0}, {1}, {2}}, func(s *shelf, _ vm.Patch) { s.Last = 2 }, 2},
	} {
		boot := &vm.Boot[shelf]{Init: test.init}
		_, elements := fuzz.Asymmetries(m, boot, &vm.Workload{Programs: test.programs}, 10)
		require.Equal(t, test.want, elements, "%v", test.programs)
	}
}

// A line that depends on the number of a page is told.
func TestAsymmetry(t *testing.T) {
	c := shelves()
	step := c.Listings[0].Step
	c.Listings[0].Step = func(s *shelf, x *vm.Exec, l *shelfLocals) vm.Next {
		if x.Line == shelfRead && l.page == 1 {
			return vm.Goto(shelfMark)
		}
		return step(s, x, l)
	}
	m := vm.New(c, c.Kernels[0], vm.SMP)
	lines, _ := fuzz.Asymmetries(m, &c.Boots[0], &vm.Workload{Programs: c.Boots[0].Programs}, 10_000)
	require.Equal(t, []string{"put: tmp = count;"}, lines)
}
