package refcount

import "github.com/vmrace/vmrace/vm"

// The lines of fixed kernels that are not part of the fix, nor of what it needs.
var spare = []vm.Spare{
	{At: vm.At{Func: fnDrain, Line: drainAdd}, Why: "a page may stay in the pagevec"},
	{At: vm.At{Func: fnShrink, Line: shrDrain}, Why: "a page may stay in the pagevec"},
	{At: vm.At{Func: fnRefill, Line: refDrain}, Why: "a page may stay in the pagevec"},
	{At: vm.At{Func: fnShrink, Line: shrList}, Why: "reclaim may put back every page"},
	{At: vm.At{Func: fnRefill, Line: refPutActive}, Why: "a page may stay active"},
	{At: vm.At{Func: fnFind, Line: findGet}, Why: "a lookup may find nothing"},
	{At: vm.At{Func: fnShrinkList, Line: lstCount}, Why: "a page that leaves the page cache under a user lives until its last put: no reference is lost, only the cache's coherence"},
	{At: vm.At{Func: fnShrinkList, Line: lstCount3}, Why: "a page that leaves the page cache under a user lives until its last put: no reference is lost, only the cache's coherence"},
	{At: vm.At{Func: fnZap, Line: zapSwapCache}, Why: "the check under swapper_space.page_lock looks at the mapping again"},
	{At: vm.At{Func: fnZap, Line: zapCount}, Why: "a page that leaves the swap cache under another user lives until its last put"},
	{At: vm.At{Func: fnZap, Line: zapCount3}, Why: "a page that leaves the swap cache under another user lives until its last put"},

	{Kernels: []string{"2.5.31-ehrhardt"}, At: vm.At{Func: fnAnon, Line: anonBug}, Why: "an assertion"},
	{Kernels: []string{"2.6.17-rc1", "2.6.17"}, At: vm.At{Func: fnShrink, Line: shrMust}, Why: "an assertion"},
	{Kernels: []string{"2.6.17-rc1", "2.6.17"}, At: vm.At{Func: fnRefill, Line: refMust}, Why: "an assertion"},
	{At: vm.At{Func: fnRelease, Line: relMust}, Why: "an assertion"},
	{At: vm.At{Func: fnPagevecRelease, Line: vecMust}, Why: "an assertion"},
	{Kernels: []string{"5.11"}, At: vm.At{Func: fnShrink, Line: shrIsLRU}, Why: "TestClearPageLRU decides; this only spares the get of a page that is claimed"},
	{Kernels: []string{"5.11"}, At: vm.At{Func: fnRefill, Line: refIsLRU}, Why: "TestClearPageLRU decides; this only spares the get of a page that is claimed"},
	{Kernels: []string{"2.6.7"}, At: vm.At{Func: fnRelease, Line: relCount}, Why: "redundant: a get that notices a dead page never leaves a count behind outside the lock"},

	{Kernels: []string{"2.5.31-morton-b5"}, At: vm.At{Func: fnShrink, Line: shrZero}, Why: "the scan then gets a page that nobody owes, and leaves it on the LRU again"},
	{Kernels: []string{"2.5.31-morton-b5"}, At: vm.At{Func: fnRefill, Line: refZero}, Why: "the scan then gets a page that nobody owes, and leaves it on the LRU again"},
	{Kernels: []string{"2.5.31-morton-b4"}, At: vm.At{Func: fnShrink, Line: shrCount}, Why: "the scan then takes no page: the block behind the test runs for each"},
	{Kernels: []string{"2.5.31-morton-b4"}, At: vm.At{Func: fnShrink, Line: shrSet}, Why: "no page has a count of zero while it is on the LRU and the lock is free: the block never runs"},
	{Kernels: []string{"2.5.31-morton-b4"}, At: vm.At{Func: fnShrink, Line: shrBack}, Why: "no page has a count of zero while it is on the LRU and the lock is free: the block never runs"},

	{Kernels: []string{"2.4.19-phillips"}, At: vm.At{Func: fnPut, Line: putTwo}, Why: "only spares the lock: the count is tested again under it"},
	{Kernels: []string{"2.4.19-phillips"}, At: vm.At{Func: fnPut, Line: putStillTwo}, Why: "a page that other users hold leaves the LRU early; they hold references"},
	{Kernels: []string{"2.4.19-phillips"}, At: vm.At{Func: fnShrink, Line: shrOrphanPut}, Why: "a page that only the LRU holds may wait for another scan"},
	{Kernels: []string{"2.4.19-phillips"}, At: vm.At{Func: fnRefill, Line: refOrphanPut}, Why: "a page that only the LRU holds may wait for another scan"},

	{Kernels: []string{"2.4.27-unless-zero"}, At: vm.At{Func: fnFree, Line: freeIsLRU}, Why: "only spares the lock: lru_cache_del tests the flag again under it"},
	{Kernels: []string{"2.4.27-unless-zero"}, At: vm.At{Func: fnShrink24, Line: s24Page}, Why: "the scan then looks at no page of the list"},
	{Kernels: []string{"2.4.27-unless-zero"}, At: vm.At{Func: fnShrink24, Line: s24Count}, Why: "get_page_unless_zero tests the count again"},
	{Kernels: []string{"2.4.27-unless-zero"}, At: vm.At{Func: fnShrink24, Line: s24TryLock}, Why: "the scan then waits for each page or passes it over, and reclaims none"},
	{Kernels: []string{"2.4.27-unless-zero"}, At: vm.At{Func: fnShrink24, Line: s24Launder}, Why: "the scan then waits for a page locked for another reason"},
	{Kernels: []string{"2.4.27-unless-zero"}, At: vm.At{Func: fnShrink24, Line: s24Wait}, Why: "the scan holds a reference, whether it waits or not"},
}
