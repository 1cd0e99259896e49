package objrmap

import "github.com/vmrace/vmrace/vm"

// vmaSpare lists the lines that a fixed kernel can do without.
var vmaSpare = []vm.Spare{
	{At: vm.At{Func: fnReclaim, Line: tpShrink}, Why: "nothing is reclaimed: no progress, no harm"},
	{At: vm.At{Func: fnReclaim, Line: tpSwapOut}, Why: "nothing is swapped out: no progress, no harm"},
	{At: vm.At{Func: fnUnmap, Line: tuFind}, Why: "no vma is SWAP_FAIL: every page stays, which is no progress but no harm"},
	{At: vm.At{Func: fnUnmap, Line: tuFlush}, Why: "cache flushes are not modelled; the line is there for its look at vm_mm"},
	{At: vm.At{Func: fnUnmap, Line: tuClear}, Why: "every page stays, which is no progress but no harm"},
	{At: vm.At{Func: fnSwapOut, Line: soFind}, Why: "no vma to begin with: every page stays"},
	{At: vm.At{Func: fnSwapOut, Line: soFound}, Why: "no vma to begin with: every page stays"},
	{At: vm.At{Func: fnSwapOut, Line: soRange}, Why: "an empty range: every page stays"},
	{At: vm.At{Func: fnSwapOut, Line: soClear}, Why: "every page stays, which is no progress but no harm"},
	{At: vm.At{Func: fnSwapOut, Line: soNext}, Why: "the scan ends with the first vma and goes on there next time"},
	{At: vm.At{Func: fnFindVMA, Line: fvStart}, Why: "the cache never hits, the tree has the same answer"},
	{At: vm.At{Func: fnFindVMA, Line: fvBreak}, Why: "the search goes on to the left, where everything ends too low"},
	{At: vm.At{Func: fnFindVMA, Line: fvStore}, Why: "mmap_cache is a hint"},
	{At: vm.At{Func: fnUnuseProcess, Line: upTry}, Why: "the slow way is always right: the trylock saves a wait"},
	{At: vm.At{Func: fnMunmap, Line: muTail}, Why: "it ends the private list of several vmas; the model unmaps one at a time"},
	{At: vm.At{Func: fnErase, Line: ebReturn}, Why: "a tree of four vmas is in balance after the replacement"},
	{At: vm.At{Func: fnMerge, Line: vmEnd}, Why: "the next line stores over it"},
	{At: vm.At{Func: fnDup, Line: dmCopy}, Why: "what it copies of the tree is reset before anybody can look"},
	{At: vm.At{Func: fnDup, Line: dmMMList}, Why: "swapout never comes to the child: its pages stay"},
}
