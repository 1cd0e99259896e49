package objrmap

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// This file is a second opinion: the headline race of each class once more, as
// plain functions on plain structs, with a search of ten lines and nothing of
// the machine. The verdicts must be the same.

// all runs every interleaving of two threads, each a list of steps. A step
// returns the number of the next one, or -1 if it must wait. What the steps note
// in bugs is collected; end looks at a state in which both are done.
func all[S comparable](start S, threads [2][]func(s *S, bugs map[string]bool) int, end func(s S, bugs map[string]bool)) map[string]bool {
	type node struct {
		s  S
		pc [2]int
	}
	bugs, seen := map[string]bool{}, map[node]bool{}
	var visit func(n node)
	visit = func(n node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if n.pc[0] == len(threads[0]) && n.pc[1] == len(threads[1]) {
			end(n.s, bugs)
		}
		for i := range threads {
			if n.pc[i] < len(threads[i]) {
				m := n
				if m.pc[i] = threads[i][n.pc[i]](&m.s, bugs); m.pc[i] >= 0 {
					visit(m)
				}
			}
		}
	}
	visit(node{s: start})
	return bugs
}

type list struct {
	lock        int    // who holds page_table_lock
	end         [4]int // vm_end of A, B, C, D, which begin at 0, 1, 3, 4
	next        [4]int
	freed       bool // C
	at          int  // the reader's vma
	entry, seen bool // the swap entry at 3 is there; the reader's vma covers 3
}

var begins = [4]int{0, 1, 3, 4}

// mergeAgainstSwapoff is vma_merge of B and C against the walk of unuse_process,
// with or without page_table_lock in the merge.
func mergeAgainstSwapoff(locked bool) map[string]bool {
	var writer, reader []func(s *list, bugs map[string]bool) int
	take := func(who, next int) func(s *list, _ map[string]bool) int {
		return func(s *list, _ map[string]bool) int {
			if s.lock != 0 {
				return -1
			}
			s.lock = who
			return next
		}
	}
	do := func(next int, f func(s *list)) func(s *list, _ map[string]bool) int {
		return func(s *list, _ map[string]bool) int { f(s); return next }
	}
	if locked {
		writer = append(writer, take(1, 1))
	}
	for _, f := range []func(s *list){func(s *list) { s.end[1] = 4 }, func(s *list) { s.next[1] = 3 }} {
		writer = append(writer, do(len(writer)+1, f))
	}
	if locked {
		writer = append(writer, do(len(writer)+1, func(s *list) { s.lock = 0 }))
	}
	writer = append(writer, do(len(writer)+1, func(s *list) { s.freed = true }))

	use := func(s *list, bugs map[string]bool) {
		if s.at == 2 && s.freed {
			bugs["use after free"] = true
		}
	}
	reader = []func(s *list, bugs map[string]bool) int{
		take(2, 1),
		func(s *list, bugs map[string]bool) int {
			use(s, bugs)
			s.seen = begins[s.at] <= 3 && 3 < s.end[s.at]
			return 2
		},
		func(s *list, bugs map[string]bool) int { s.entry = s.entry && !s.seen; return 3 },
		func(s *list, bugs map[string]bool) int {
			use(s, bugs)
			if s.at = s.next[s.at]; s.at != 0 {
				return 1
			}
			return 4
		},
		do(5, func(s *list) { s.lock = 0 }),
	}
	start := list{end: [4]int{1, 2, 4, 5}, next: [4]int{1, 2, 3, 0}, entry: true}
	return all(start, [2][]func(s *list, bugs map[string]bool) int{writer, reader}, func(s list, bugs map[string]bool) {
		if s.entry {
			bugs["missed"] = true
		}
	})
}

type stack struct{ lock, start, touched int }

// growers are two faults at 4 and 2 of a stack that begins at 6, under a lock.
func growers(recheck bool) map[string]bool {
	grow := func(who, page int) []func(s *stack, bugs map[string]bool) int {
		return []func(s *stack, bugs map[string]bool) int{
			func(s *stack, _ map[string]bool) int {
				if s.start <= page {
					return 4
				}
				return 1
			},
			func(s *stack, _ map[string]bool) int {
				if s.lock != 0 {
					return -1
				}
				s.lock = who
				return 2
			},
			func(s *stack, _ map[string]bool) int {
				if !recheck || page < s.start {
					s.start = page
				}
				return 3
			},
			func(s *stack, _ map[string]bool) int { s.lock = 0; return 4 },
			func(s *stack, _ map[string]bool) int { s.touched = min(s.touched, page); return 5 },
		}
	}
	return all(stack{start: 6, touched: 6}, [2][]func(s *stack, bugs map[string]bool) int{grow(1, 4), grow(2, 2)}, func(s stack, bugs map[string]bool) {
		if s.start > s.touched {
			bugs["shrunk"] = true
		}
	})
}

type copied struct{ onLRU, mapped bool }

// copyAgainstReclaim is the early COW of a write fault in a reserved vma against
// shrink_list, with or without the test of VM_RESERVED.
func copyAgainstReclaim(test bool) map[string]bool {
	fault := []func(s *copied, bugs map[string]bool) int{
		func(s *copied, _ map[string]bool) int { s.onLRU = true; return 1 },
		func(s *copied, _ map[string]bool) int { s.mapped = true; return 2 },
	}
	reclaim := []func(s *copied, bugs map[string]bool) int{
		func(s *copied, bugs map[string]bool) int {
			if s.onLRU && s.mapped && !test {
				bugs["unmapped"] = true
			}
			return 1
		},
	}
	return all(copied{}, [2][]func(s *copied, bugs map[string]bool) int{fault, reclaim}, func(copied, map[string]bool) {})
}

type tables struct {
	lock [3]int // of vma 1, of vma 2, of the mm
	pmd  int    // the thread whose page hangs there
	hung [2]bool
}

// populate is pte_alloc_map by two faults in neighbouring vmas: each looks at the
// pmd entry and fills it under its own lock, or also under the lock of the mm.
func populate(upper bool) map[string]bool {
	thread := func(who int) []func(s *tables, bugs map[string]bool) int {
		lock := who - 1
		if upper {
			lock = 2
		}
		return []func(s *tables, bugs map[string]bool) int{
			func(s *tables, _ map[string]bool) int {
				if s.lock[lock] != 0 {
					return -1
				}
				s.lock[lock] = who
				return 1
			},
			func(s *tables, _ map[string]bool) int {
				if s.pmd != 0 {
					return 3
				}
				return 2
			},
			func(s *tables, _ map[string]bool) int { s.pmd = who; s.hung[who-1] = true; return 3 },
			func(s *tables, _ map[string]bool) int { s.lock[lock] = 0; return 4 },
		}
	}
	return all(tables{}, [2][]func(s *tables, bugs map[string]bool) int{thread(1), thread(2)}, func(s tables, bugs map[string]bool) {
		if s.hung[0] && s.hung[1] {
			bugs["leak"] = true
		}
	})
}

// TestSecondOpinion compares the two, on a racy and a fixed kernel of each class.
func TestSecondOpinion(t *testing.T) {
	require.Equal(t, map[string]bool{"use after free": true, "missed": true}, mergeAgainstSwapoff(false))
	require.ElementsMatch(t, []string{"use after free (in unuse_process)", string(MissedEntry)}, bugsOf(t, &VMAList, "2.6.4-mjb1", "swapoff"))
	require.Empty(t, mergeAgainstSwapoff(true))
	require.Empty(t, bugsOf(t, &VMAList, "2.6.5-rc2", "swapoff"))

	require.Equal(t, map[string]bool{"shrunk": true}, growers(false))
	require.Equal(t, []string{string(Shrunk)}, bugsOf(t, &ExpandStack, "2.6.7", "growers"))
	require.Empty(t, growers(true))
	require.Empty(t, bugsOf(t, &ExpandStack, "2.6.11-rc2", "growers"))

	require.Equal(t, map[string]bool{"unmapped": true}, copyAgainstReclaim(false))
	require.Equal(t, []string{"reserved region unmapped (a private copy)"}, bugsOf(t, &Reserved, "2.6.5-rc2", "private"))
	require.Empty(t, copyAgainstReclaim(true))
	require.Empty(t, bugsOf(t, &Reserved, "2.6.7", "private"))

	require.Equal(t, map[string]bool{"leak": true}, populate(false))
	require.Contains(t, bugsOf(t, &PageTables, "per-vma", "faults"), "leak (page-table page)")
	require.Empty(t, populate(true))
	require.Empty(t, bugsOf(t, &PageTables, "per-vma-pmd-rss", "faults"))
}
