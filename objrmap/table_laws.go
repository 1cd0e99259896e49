package objrmap

import "github.com/vmrace/vmrace/vm"

// The locks of the contracts of page tables.
const (
	tabSem = iota
	tabPTL
	tabAnon
	tabLockA
	tabLockB
)

// The structures.
const (
	tabPMD = iota
	tabPTEA
	tabPTEB
	tabRss
	tabRange
)

type tableLaw uint8

const (
	lawOnePTL tableLaw = iota
	lawPerVMA
	lawPerVMAUpper
	lawPerVMARss
)

var tableLockNames = []string{"mmap_sem", "page_table_lock", "anon_vma->lock", "A->page_table_lock", "B->page_table_lock"}

var tableLaws = func() [4]vm.Contracts {
	one := []vm.Party{{Who: "everybody", Hold: vm.Exclusive(tabPTL)}}
	a := vm.Party{Who: "faults and reclaim in A", Hold: vm.Exclusive(tabLockA)}
	b := vm.Party{Who: "faults and reclaim in B", Hold: vm.Exclusive(tabLockB)}
	return [4]vm.Contracts{
		lawOnePTL:      tableContract(one, one, one, one, ""),
		lawPerVMA:      tableContract([]vm.Party{a, b}, []vm.Party{a}, []vm.Party{b}, []vm.Party{a, b}, ""),
		lawPerVMAUpper: tableContract(one, []vm.Party{a}, []vm.Party{b}, []vm.Party{a, b}, ""),
		lawPerVMARss:   tableContract(one, []vm.Party{a}, []vm.Party{b}, []vm.Party{a, b}, "an atomic counter"),
	}
}()

func tableContract(pmd, pteA, pteB, rss []vm.Party, atomic string) vm.Contracts {
	return vm.Contracts{Locks: tableLockNames, Structures: []vm.Contract{
		tabPMD:   {Name: "pmd entry", Writers: pmd},
		tabPTEA:  {Name: "ptes of A", Writers: pteA},
		tabPTEB:  {Name: "ptes of B", Writers: pteB},
		tabRss:   {Name: "rss", Writers: rss, Benign: atomic},
		tabRange: {Name: "range of a vma", Readers: []vm.Party{{Who: "faults", Hold: vm.Shared(tabSem)}, {Who: "reclaim", Hold: vm.Exclusive(tabAnon)}}, Writers: []vm.Party{{Who: "vma_merge", Hold: vm.Exclusive(tabSem) | vm.Exclusive(tabAnon)}}},
	}}
}

func tableLawOf(p vm.Patch) tableLaw {
	switch {
	case p&AtomicRSS != 0:
		return lawPerVMARss
	case p&UpperLock != 0:
		return lawPerVMAUpper
	case p&PerVMA != 0:
		return lawPerVMA
	default:
		return lawOnePTL
	}
}

// check is the dynamic oracle of a write.
func (s *TableState) check(x *vm.Exec, structure int) {
	h := vm.Look(x, &s.Sem).Mode(x.CPU, tabSem)
	for i, l := range [...]*vm.Spinlock{tabPTL: &s.PTL, tabAnon: &s.AnonL, tabLockA: &s.Lock[0], tabLockB: &s.Lock[1]} {
		if l != nil && vm.Look(x, l).HeldBy(x.CPU) {
			h |= vm.Exclusive(i)
		}
	}
	tableLaws[s.Law].Check(x, structure, -1, h, true)
}
