package lrulock

import "github.com/vmrace/vmrace/vm"

// shrink_cache and refill_inactive, mm/vmscan.c, around the isolation of pages
// and their putback. In between the pages are private; nobody unmaps them here.
const (
	scDrain = iota
	scIsolate
	scList
	scPutback
)

var shrinkCacheListing = vm.Listing[PagevecState, pagevecLocals]{Name: "shrink_cache", Source: "mm/vmscan.c", Step: (*PagevecState).shrinkCache, Lines: []vm.Line{
	scDrain:   {Text: "lru_add_drain();"},
	scIsolate: {Text: "n = isolate_lru_pages(nr_to_process, list, &page_list);"},
	scList:    {Text: "if (list_empty(&page_list)) return;"},
	scPutback: {Text: "putback_lru_pages(&page_list);"},
}}

func (s *PagevecState) shrinkCache(x *vm.Exec, l *pagevecLocals) vm.Next {
	switch x.Line {
	case scDrain:
		return s.CPU[x.CPU].Call(fnAddDrain, pagevecLocals{})
	case scIsolate:
		return s.CPU[x.CPU].Call(fnIsolatePages, pagevecLocals{n: l.n})
	case scList:
		l.list = vm.Set(x.Result())
		if l.list == 0 {
			return vm.Return
		}
	case scPutback:
		return s.CPU[x.CPU].Call(fnPutbackPages, pagevecLocals{list: l.list})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
