package invalidate

import "github.com/vmrace/vmrace/vm"

// do_no_page, mm/memory.c: gets a page from the file, copies it for a write to a
// private mapping, and maps it under the page table lock. The page table entry
// and _mapcount change one after the other. From 2.6.23 on it is __do_fault.
const (
	dnpSizeFirst = iota
	dnpSample
	dnpSequence
	dnpWriters
	dnpSequenceSame
	dnpNopage
	dnpPage
	dnpLockDriver
	dnpLockFile
	dnpMapAny
	dnpMapFlag
	dnpCopy
	dnpAlloc
	dnpOOM
	dnpOOMUnlock
	dnpOOMPut
	dnpOOMReturn
	dnpCopyData
	dnpUnlockFile
	dnpCopyPut
	dnpLock
	dnpTruncated
	dnpPTL
	dnpCount
	dnpWritersAgain
	dnpSequenceAgain
	dnpNone
	dnpSet
	dnpRmapBug
	dnpRmap
	dnpUnlock
	dnpUnlockPTL
	dnpUnlockLate
	dnpUnlockMapTest
	dnpUnlockLocked
	dnpRelease
	dnpReleaseFile
	dnpReturn
	dnpRetry
	dnpRetryUnlock
	dnpRetryUnlockFile
	dnpRetryPut
	dnpResample
	dnpBack
	dnpBackFirst
	dnpGone
	dnpGonePut
	dnpGoneBack
)

var doNoPageListing = vm.Listing[State, locals]{Name: "do_no_page", Source: "mm/memory.c, 2.6.16; __do_fault, 2.6.23", Step: (*State).doNoPage, Lines: []vm.Line{
	dnpSizeFirst:       {Text: "/* reordered: */ if (pgoff >= i_size_read(inode)) return SIGBUS;", Add: SizeFirst},
	dnpSample:          {Text: "sequence = mapping->truncate_count;", Del: noCount},
	dnpSequence:        {Text: "seq = mapping->sequence; /* read_seqschedlock */", Add: SeqLock},
	dnpWriters:         {Text: "if (mapping->writers) { yield(); goto retry; }", Add: SeqLock},
	dnpSequenceSame:    {Text: "if (seq != mapping->sequence) goto retry;", Add: SeqLock},
	dnpNopage:          {Text: "new_page = vma->vm_ops->nopage(vma, address, &ret);"},
	dnpPage:            {Text: "if (!new_page) return ret;"},
	dnpLockDriver:      {Text: "if (!(ret & VM_FAULT_LOCKED)) lock_page(page);", Add: Locked, Sleeps: true},
	dnpLockFile:        {Text: "lock_page(new_page);", Add: MapTest, Sleeps: true},
	dnpMapAny:          {Text: "if (!new_page->mapping) goto gone;", Add: MapAny},
	dnpMapFlag:         {Text: "if ((vma->vm_flags & VM_CAN_INVALIDATE) && !new_page->mapping) goto gone;", Add: MapFlag},
	dnpCopy:            {Text: "if (write_access && !(vma->vm_flags & VM_SHARED)) {"},
	dnpAlloc:           {Text: "        page = alloc_page_vma(GFP_HIGHUSER, vma, address);"},
	dnpOOM:             {Text: "        if (!page) {"},
	dnpOOMUnlock:       {Text: "                unlock_page(new_page);", Add: Locked | MapTest},
	dnpOOMPut:          {Text: "                page_cache_release(new_page);"},
	dnpOOMReturn:       {Text: "                return VM_FAULT_OOM; }"},
	dnpCopyData:        {Text: "        copy_user_highpage(page, new_page, address);"},
	dnpUnlockFile:      {Text: "        unlock_page(new_page);", Add: MapTest},
	dnpCopyPut:         {Text: "        page_cache_release(new_page); new_page = page; }", Del: Locked},
	dnpLock:            {Text: "lock_page(new_page);", Add: PGTruncate, Sleeps: true},
	dnpTruncated:       {Text: "if (PageTruncate(new_page)) goto gone;", Add: PGTruncate},
	dnpPTL:             {Text: "page_table = pte_offset_map_lock(mm, pmd, address, &ptl);"},
	dnpCount:           {Text: "if (mapping && sequence != mapping->truncate_count) goto unlock_retry;", Del: noCount},
	dnpWritersAgain:    {Text: "if (mapping->writers) goto unlock_retry;", Add: SeqLock},
	dnpSequenceAgain:   {Text: "if (seq != mapping->sequence) goto unlock_retry;", Add: SeqLock},
	dnpNone:            {Text: "if (pte_none(*page_table)) {"},
	dnpSet:             {Text: "        set_pte_at(mm, address, page_table, entry);"},
	dnpRmapBug:         {Text: "        BUG_ON(!page->mapping); /* page_add_file_rmap */", Add: StrictRmap},
	dnpRmap:            {Text: "        page_add_file_rmap(new_page); }"},
	dnpUnlock:          {Text: "unlock_page(new_page);", Add: PGTruncate, Del: UnlockLate},
	dnpUnlockPTL:       {Text: "pte_unmap_unlock(page_table, ptl);"},
	dnpUnlockLate:      {Text: "unlock_page(new_page);", Add: UnlockLate},
	dnpUnlockMapTest:   {Text: "if (!anon) unlock_page(new_page);", Add: MapTest},
	dnpUnlockLocked:    {Text: "unlock_page(vmf.page);", Add: Locked},
	dnpRelease:         {Text: "if (!pte_none) page_cache_release(new_page); /* a sibling was faster */"},
	dnpReleaseFile:     {Text: "if (anon) page_cache_release(vmf.page);", Add: Locked},
	dnpReturn:          {Text: "return ret;"},
	dnpRetry:           {Text: "unlock_retry: pte_unmap_unlock(page_table, ptl);", Del: noCount},
	dnpRetryUnlock:     {Text: "unlock_page(new_page);", Add: PGTruncate},
	dnpRetryUnlockFile: {Text: "if (!anon) unlock_page(new_page);", Add: MapTest},
	dnpRetryPut:        {Text: "page_cache_release(new_page);", Del: noCount},
	dnpResample:        {Text: "sequence = mapping->truncate_count;", Del: noCount | SizeFirst | SeqLock},
	dnpBack:            {Text: "goto retry;", Del: noCount | SizeFirst | SeqLock},
	dnpBackFirst:       {Text: "goto retry; /* with a new sample */", Add: SizeFirst | SeqLock},
	dnpGone:            {Text: "gone: unlock_page(new_page);", Add: PGTruncate | MapTest},
	dnpGonePut:         {Text: "page_cache_release(new_page);", Add: PGTruncate | MapTest},
	dnpGoneBack:        {Text: "goto retry;", Add: PGTruncate | MapTest},
}}

func (s *State) doNoPage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case dnpSizeFirst:
		if vm.Load(x, &s.Size) == 0 {
			return vm.Return
		}
	case dnpSample, dnpResample:
		l.seq = vm.Load(x, &s.TruncateCount)
	case dnpWriters:
		if vm.Load(x, &s.Writers) != 0 {
			return vm.Goto(dnpSizeFirst)
		}
	case dnpSequence:
		l.seq2 = vm.Load(x, &s.Sequence)
	case dnpSequenceSame:
		if vm.Load(x, &s.Sequence) != l.seq2 {
			return vm.Goto(dnpSizeFirst)
		}
	case dnpNopage:
		l.page, l.file, l.how = 0, 0, l.how&^(anonymous|sibling)
		if l.how.has(ofDriver) {
			return s.CPU[x.CPU].Call(fnDriverNopage, locals{})
		}
		return s.CPU[x.CPU].Call(fnFilemapNopage, locals{})
	case dnpPage:
		if l.page = handle(x.Result()); l.page == 0 {
			return vm.Return
		}
	case dnpLockDriver:
		if l.how.has(ofDriver) {
			return s.pg(x, l.page).Lock.Lock(x)
		}
	case dnpLockFile, dnpLock:
		return s.pg(x, l.page).Lock.Lock(x)
	case dnpMapAny:
		return vm.Unless(s.cached(x, l.page), dnpGone)
	case dnpMapFlag:
		return vm.Unless(l.how.has(ofDriver) || s.cached(x, l.page), dnpGone)
	case dnpCopy:
		return vm.Unless(l.how.has(write) && l.how.has(private), dnpLock)
	case dnpAlloc:
		l.file, l.page = l.page, s.alloc(x)
	case dnpOOM:
		return vm.Unless(l.page == 0, dnpCopyData)
	case dnpOOMUnlock, dnpUnlockFile:
		return s.pg(x, l.file).Lock.Unlock(x)
	case dnpOOMPut:
		s.put(x, l.file)
	case dnpOOMReturn, dnpReturn:
		return vm.Return
	case dnpCopyData:
		l.how |= anonymous
		p := s.pg(x, l.page)
		vm.Store(x, &p.Data, vm.Load(x, &s.pg(x, l.file).Data))
		vm.Store(x, &p.Flags, uptodate|mapping|anon)
	case dnpCopyPut:
		s.put(x, l.file)
		l.file = 0
	case dnpTruncated:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, truncated), dnpGone)
	case dnpPTL:
		return s.PTL[l.how.vma()].Lock(x)
	case dnpCount:
		return vm.Unless(l.how.has(ofDriver) || vm.Load(x, &s.TruncateCount) == l.seq, dnpRetry)
	case dnpWritersAgain:
		return vm.Unless(vm.Load(x, &s.Writers) == 0, dnpRetry)
	case dnpSequenceAgain:
		return vm.Unless(vm.Load(x, &s.Sequence) == l.seq2, dnpRetry)
	case dnpNone:
		if vm.Load(x, &s.PTE[l.how.vma()]) != 0 {
			l.how |= sibling
			return vm.Goto(dnpUnlock)
		}
	case dnpSet:
		s.setPTE(x, l)
	case dnpRmapBug:
		return x.BugOn(!l.how.has(ofDriver) && vm.Load(x, &s.pg(x, l.page).Flags)&mapping == 0, l.page.page(), "!page->mapping in page_add_file_rmap")
	case dnpRmap:
		s.rmapAdd(x, l.page)
	case dnpUnlockPTL, dnpRetry:
		return s.PTL[l.how.vma()].Unlock(x)
	case dnpUnlock, dnpUnlockLate, dnpRetryUnlock, dnpGone:
		return s.pg(x, l.page).Lock.Unlock(x)
	case dnpUnlockMapTest, dnpRetryUnlockFile:
		if !l.how.has(anonymous) {
			return s.pg(x, l.page).Lock.Unlock(x)
		}
	case dnpUnlockLocked:
		return s.pg(x, l.faulted()).Lock.Unlock(x)
	case dnpRelease:
		if l.how.has(sibling) {
			s.put(x, l.page)
		}
	case dnpReleaseFile:
		if l.how.has(anonymous) {
			s.put(x, l.file)
		}
	case dnpRetryPut, dnpGonePut:
		s.put(x, l.page)
	case dnpBack, dnpGoneBack:
		return vm.Goto(dnpNopage)
	case dnpBackFirst:
		return vm.Goto(dnpSizeFirst)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// faulted is vmf.page, the page that ->fault has returned.
func (l *locals) faulted() handle {
	if l.file != 0 {
		return l.file
	}
	return l.page
}
