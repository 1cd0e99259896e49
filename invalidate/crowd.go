package invalidate

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/vmrace/vmrace/vm"
)

// A crowd is up to eight CPUs that fault the same page of a file, which is in
// the page cache, each into a page table of its own, and nothing else: what
// Andrew Morton feared of the page lock in the fault path ("100 CPUs all
// faulting in the same file in the same pattern"), and Nick Piggin expected of
// the tree_lock anyway. Its lines are those of do_no_page and filemap_nopage that
// touch shared words.
type crowd struct {
	CPU      [crowdCPUs]vm.CPU[crowdLocals] `name:"-"`
	PTL      [crowdCPUs]vm.Spinlock         `name:"ptl"` // the first one is the lock of all in one mm
	PTE      [crowdCPUs]uint8               `name:"pte"`
	TreeLock vm.RWLock                      `name:"tree_lock"`
	Lock     vm.PageLock                    `name:"page_lock"`
	Count    vm.Ref                         `name:"count"`
	Mapcount vm.Ref                         `name:"_mapcount"`
	Counted  uint8                          `name:"truncate_count"`
	Sequence uint8                          `name:"sequence"`
}

const crowdCPUs = 8

type crowdLocals struct{ seq uint8 }

const (
	crowdFlag   vm.Patch = 1 << iota // lock_page behind ->nopage, as with PG_truncate
	crowdLocked                      // find_lock_page, as in 2.6.23
	crowdSeq                         // the sequence lock
	crowdOneMM                       // one page_table_lock for all, threads of one mm
)

const (
	crSample = iota
	crSequence
	crTreeLock
	crLookup
	crGet
	crTry
	crTreeUnlock
	crSleepUnlock
	crSleep
	crSleepTreeLock
	crSleepCheck
	crSleepTreeUnlock
	crLock
	crPTL
	crPTLOne
	crCount
	crSequenceAgain
	crNone
	crSet
	crRmap
	crUnlockFlag
	crUnlockPTL
	crUnlockPTLOne
	crUnlock
)

var crowdLines = []vm.Line{
	crSample:          {Text: "sequence = mapping->truncate_count;", Del: crowdLocked},
	crSequence:        {Text: "seq = mapping->sequence;", Add: crowdSeq},
	crTreeLock:        {Text: "read_lock_irq(&mapping->tree_lock);"},
	crLookup:          {Text: "page = radix_tree_lookup(&mapping->page_tree, offset);"},
	crGet:             {Text: "page_cache_get(page);"},
	crTry:             {Text: "if (TestSetPageLocked(page)) goto sleep;", Add: crowdLocked},
	crTreeUnlock:      {Text: "read_unlock_irq(&mapping->tree_lock); goto found;"},
	crSleepUnlock:     {Text: "sleep: read_unlock_irq(&mapping->tree_lock);", Add: crowdLocked},
	crSleep:           {Text: "__lock_page(page);", Add: crowdLocked, Sleeps: true},
	crSleepTreeLock:   {Text: "read_lock_irq(&mapping->tree_lock);", Add: crowdLocked},
	crSleepCheck:      {Text: "if (page->mapping != mapping) goto repeat;", Add: crowdLocked},
	crSleepTreeUnlock: {Text: "read_unlock_irq(&mapping->tree_lock);", Add: crowdLocked},
	crLock:            {Text: "found: lock_page(new_page);", Add: crowdFlag, Sleeps: true},
	crPTL:             {Text: "pte_offset_map_lock(mm, pmd, address, &ptl);", Del: crowdOneMM},
	crPTLOne:          {Text: "spin_lock(&mm->page_table_lock);", Add: crowdOneMM},
	crCount:           {Text: "if (sequence != mapping->truncate_count) goto retry;", Del: crowdLocked},
	crSequenceAgain:   {Text: "if (seq != mapping->sequence) goto retry;", Add: crowdSeq},
	crNone:            {Text: "if (pte_none(*page_table))"},
	crSet:             {Text: "set_pte_at(mm, address, page_table, entry);"},
	crRmap:            {Text: "page_add_file_rmap(new_page);"},
	crUnlockFlag:      {Text: "unlock_page(new_page);", Add: crowdFlag},
	crUnlockPTL:       {Text: "pte_unmap_unlock(page_table, ptl);", Del: crowdOneMM},
	crUnlockPTLOne:    {Text: "spin_unlock(&mm->page_table_lock);", Add: crowdOneMM},
	crUnlock:          {Text: "unlock_page(page);", Add: crowdLocked},
}

func (s *crowd) fault(x *vm.Exec, l *crowdLocals) vm.Next {
	switch x.Line {
	case crSample:
		l.seq = vm.Load(x, &s.Counted)
	case crSequence, crSequenceAgain:
		vm.Load(x, &s.Sequence)
	case crTreeLock, crSleepTreeLock:
		return s.TreeLock.ReadLockIRQ(x)
	case crLookup, crSleepCheck:
		// The radix tree and page->mapping are only read.
	case crGet:
		s.Count.Inc(x)
	case crTry:
		if !s.Lock.TryLock(x) {
			return vm.Goto(crSleepUnlock)
		}
	case crTreeUnlock:
		s.TreeLock.ReadUnlockIRQ(x)
		return vm.Goto(crLock)
	case crSleepUnlock, crSleepTreeUnlock:
		return s.TreeLock.ReadUnlockIRQ(x)
	case crSleep, crLock:
		return s.Lock.Lock(x)
	case crPTL:
		return s.PTL[x.CPU].Lock(x)
	case crPTLOne:
		return s.PTL[0].Lock(x)
	case crCount:
		if vm.Load(x, &s.Counted) != l.seq {
			panic("invalidate: truncate_count changed in a crowd: who truncates there?")
		}
	case crNone:
		vm.Load(x, &s.PTE[x.CPU])
	case crSet:
		vm.Store(x, &s.PTE[x.CPU], 1)
	case crRmap:
		s.Mapcount.IncAndTest(x)
	case crUnlockPTL:
		return s.PTL[x.CPU].Unlock(x)
	case crUnlockPTLOne:
		return s.PTL[0].Unlock(x)
	case crUnlockFlag, crUnlock:
		return s.Lock.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

var crowdClass = vm.Class[crowd, crowdLocals]{
	Name: "crowd", CPUs: func(s *crowd) []vm.CPU[crowdLocals] { return s.CPU[:] },
	Listings: []vm.Listing[crowd, crowdLocals]{{Name: "do_no_page", Source: "mm/memory.c", Lines: crowdLines, Step: (*crowd).fault}},
	Ops:      []vm.Op[crowd, crowdLocals]{{Name: "fault"}},
	Boots:    []vm.Boot[crowd]{{Name: "cached", Init: func(s *crowd, _ vm.Patch) { s.Count, s.Mapcount = 1, -1 }}},
	Kernels: []vm.Kernel{
		{Name: "2.6.14, one mm", ID: "A-V0", Patches: crowdOneMM},
		{Name: "2.6.16", ID: "A-V0"},
		{Name: "2.6.15-seqlock", ID: "A-V2", Patches: crowdSeq},
		{Name: "2.6.18", ID: "A-V1b"},
		{Name: "2.6.16-pg-truncate", ID: "A-V3", Patches: crowdFlag},
		{Name: "2.6.23", ID: "A-V4", Patches: crowdLocked},
	},
}

// A Contention is what it costs n CPUs to fault one page at the same time.
type Contention struct {
	Kernel, ID string
	CPUs       int
	Waits      int // locks that a CPU found taken, over all CPUs
	Turns      int // turns that the CPUs lost waiting for them
	Transfers  int // words that a CPU took over from another one that had written them
}

// LockWaits computes, for each variant of the fault and for 1 to 8 CPUs, what the
// CPUs wait for if they come in step: in each turn every CPU executes one line,
// or finds out that it cannot. All of them begin at once, and a lock goes to the
// first that asks. Readers of the tree_lock do not wait for each other, but hand
// its word round.
func LockWaits() []Contention {
	var out []Contention
	for _, k := range crowdClass.Kernels {
		for n := 1; n <= crowdCPUs; n++ {
			out = append(out, inStep(k, n))
		}
	}
	return out
}

func inStep(k vm.Kernel, n int) Contention {
	m := vm.New(&crowdClass, k, vm.SMP)
	x := m.Exec(&vm.Workload{Programs: faults(n)})
	s := new(crowd)
	m.Boot(x, s, &crowdClass.Boots[0])
	c := Contention{Kernel: k.Name, ID: k.ID, CPUs: n}
	waiting := make([]bool, n)
	writer := map[uint16]int{} // the CPU that has written a word last, plus one
	for left := n; left > 0; {
		left = 0
		for cpu := range n {
			if m.Done(x, s, cpu) {
				continue
			}
			left++
			status := m.Step(x, s, cpu, 0)
			if len(x.Bugs()) > 0 {
				panic(fmt.Sprintf("invalidate: a crowd shows %s", x.Bugs()[0].Name()))
			}
			c.count(status, &waiting[cpu])
			if status == vm.Ran {
				c.Transfers += transfers(x, cpu, writer)
			}
		}
	}
	return c
}

// count notes a turn in which a CPU waits, and that it began to.
func (c *Contention) count(status vm.Status, waiting *bool) {
	if status == vm.Blocked {
		c.Turns++
		if !*waiting {
			c.Waits++
		}
	}
	*waiting = status == vm.Blocked
}

// transfers counts the words of a line that another CPU has written last.
func transfers(x *vm.Exec, cpu int, writer map[uint16]int) int {
	n := 0
	for _, a := range x.Foot().Accesses {
		if w := writer[a.Off]; w != 0 && w != cpu+1 {
			n++
			writer[a.Off] = cpu + 1
		}
		if a.Write {
			writer[a.Off] = cpu + 1
		}
	}
	return n
}

func faults(n int) [][]uint8 {
	out := make([][]uint8, n)
	for i := range out {
		out[i] = []uint8{0}
	}
	return out
}

// ContentionTable prints what [LockWaits] computes, for each fault on average:
// three tables with one row for each variant and one column for each n.
func ContentionTable() string {
	var b strings.Builder
	all := LockWaits()
	for _, t := range []struct {
		head string
		of   func(Contention) int
	}{
		{"lock waits per fault", func(c Contention) int { return c.Waits }},
		{"turns lost per fault", func(c Contention) int { return c.Turns }},
		{"words taken over per fault", func(c Contention) int { return c.Transfers }},
	} {
		fmt.Fprintf(&b, "%s, n CPUs faulting one page\n", t.head)
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprint(w, "id\tkernel")
		for n := 1; n <= crowdCPUs; n++ {
			fmt.Fprintf(w, "\t%d", n)
		}
		for i, c := range all {
			if i%crowdCPUs == 0 {
				fmt.Fprintf(w, "\n%s\t%s", c.ID, c.Kernel)
			}
			fmt.Fprintf(w, "\t%.2f", float64(t.of(c))/float64(c.CPUs))
		}
		fmt.Fprint(w, "\n")
		w.Flush()
		b.WriteByte('\n')
	}
	return b.String()
}
