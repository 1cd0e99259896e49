package invalidate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A second implementation of the core of the race, without package vm: one
// mapped page at most, one page table entry, one fault, one invalidation. It
// knows no functions, locks are plain words, and it searches with a map. Its
// verdicts must be those of the class.

// A tiny is its state. The processes' program counters are part of it.
type tiny struct {
	pc                     [2]int
	inTree, mapping, pte   bool
	mapped, truncated      bool
	count                  int
	page, ptl              int // the process that has the lock, plus one
	number, writers, seq   int
	sawNumber, sawSeq      int
	have, failed, dangling bool
}

// A step executes a line of process me and returns the next one; -1 if it cannot.
type step func(s *tiny, me int) int

// A program is a list of named lines; a process ends behind the last one.
type program struct {
	lines  []step
	labels map[string]int
}

func (p *program) add(f func(s *tiny, me int)) {
	next := len(p.lines) + 1
	p.lines = append(p.lines, func(s *tiny, me int) int {
		f(s, me)
		return next
	})
}

// branch goes to a label if the condition holds.
func (p *program) branch(cond func(s *tiny) bool, label string) {
	next := len(p.lines) + 1
	p.lines = append(p.lines, func(s *tiny, _ int) int {
		if cond(s) {
			return p.labels[label]
		}
		return next
	})
}

func (p *program) lock(word func(s *tiny) *int) {
	next := len(p.lines) + 1
	p.lines = append(p.lines, func(s *tiny, me int) int {
		w := word(s)
		if *w != 0 {
			return -1
		}
		*w = me + 1
		return next
	})
}

func (p *program) unlock(word func(s *tiny) *int) {
	p.add(func(s *tiny, _ int) { *word(s) = 0 })
}

func (p *program) label(name string) {
	if p.labels == nil {
		p.labels = map[string]int{}
	}
	p.labels[name] = len(p.lines)
}

func pageLock(s *tiny) *int { return &s.page }
func ptl(s *tiny) *int      { return &s.ptl }

// how names what a fault and an invalidation do.
type variant struct{ locked, flag, seq, always, testMapped, testCount bool }

func tinyFault(v variant) *program {
	p := &program{}
	p.label("retry")
	p.add(func(s *tiny, _ int) { s.sawNumber = s.number })
	if v.seq {
		p.branch(func(s *tiny) bool { return s.writers > 0 }, "retry")
		p.add(func(s *tiny, _ int) { s.sawSeq = s.seq })
		p.branch(func(s *tiny) bool { return s.writers > 0 }, "retry")
	}
	p.add(func(s *tiny, _ int) { // under the tree_lock
		s.have = s.inTree
		if s.have {
			s.count++
		}
	})
	p.branch(func(s *tiny) bool { return !s.have }, "end")
	if v.locked || v.flag {
		p.lock(pageLock)
	}
	if v.locked {
		p.branch(func(s *tiny) bool { return !s.mapping }, "gone")
	}
	if v.flag {
		p.branch(func(s *tiny) bool { return s.truncated }, "gone")
	}
	p.lock(ptl)
	if !v.locked {
		p.branch(func(s *tiny) bool { return s.sawNumber != s.number }, "unlock")
	}
	if v.seq {
		p.branch(func(s *tiny) bool { return s.writers > 0 || s.sawSeq != s.seq }, "unlock")
	}
	p.add(func(s *tiny, _ int) { s.pte = true; s.dangling = s.dangling || !s.inTree })
	p.add(func(s *tiny, _ int) { s.mapped = true })
	p.unlock(ptl)
	if v.locked || v.flag {
		p.unlock(pageLock)
	}
	p.branch(func(*tiny) bool { return true }, "end")
	p.label("unlock")
	p.unlock(ptl)
	p.label("gone")
	if v.locked || v.flag {
		p.unlock(pageLock)
	}
	p.add(func(s *tiny, _ int) { s.count-- })
	p.branch(func(*tiny) bool { return true }, "retry")
	p.label("end")
	return p
}

func tinyInvalidate(v variant) *program {
	p := &program{}
	zap := func() {
		p.add(func(s *tiny, _ int) { s.number++ })
		p.lock(ptl)
		p.add(func(s *tiny, _ int) {
			if s.pte {
				s.pte, s.mapped = false, false
				s.count--
			}
		})
		p.unlock(ptl)
	}
	p.add(func(s *tiny, _ int) { s.count++ })
	p.lock(pageLock)
	if v.seq {
		p.add(func(s *tiny, _ int) { s.writers++ })
	}
	if v.always {
		zap()
	}
	p.label("while")
	p.branch(func(s *tiny) bool { return !s.mapped }, "unmapped")
	zap()
	p.branch(func(*tiny) bool { return true }, "while")
	p.label("unmapped")
	p.add(func(s *tiny, _ int) { // under the tree_lock
		s.failed = v.testCount && s.count != 2 || v.testMapped && s.mapped
		if !s.failed {
			s.dangling = s.dangling || s.pte
			s.inTree, s.mapping = false, false
			s.count--
		}
	})
	if v.flag {
		p.add(func(s *tiny, _ int) { s.truncated = !s.failed })
	}
	if v.seq {
		p.add(func(s *tiny, _ int) { s.seq++ })
		p.add(func(s *tiny, _ int) { s.writers-- })
	}
	p.unlock(pageLock)
	p.add(func(s *tiny, _ int) { s.count-- })
	return p
}

// racy reports whether a schedule leaves the page mapped outside of the page cache.
func racy(v variant, start tiny) bool {
	programs := []*program{tinyFault(v), tinyInvalidate(v)}
	seen := map[tiny]bool{start: true}
	for todo := []tiny{start}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if s.dangling {
			return true
		}
		for me, p := range programs {
			if s.pc[me] == len(p.lines) {
				continue
			}
			t := s
			if t.pc[me] = p.lines[s.pc[me]](&t, me); t.pc[me] >= 0 && !seen[t] {
				seen[t] = true
				todo = append(todo, t)
			}
		}
	}
	return false
}

func TestSecondImplementationAgrees(t *testing.T) {
	cached := tiny{inTree: true, mapping: true, count: 1}
	mapped := tiny{inTree: true, mapping: true, count: 2, pte: true, mapped: true}
	for _, tt := range []struct {
		id string
		v  variant
	}{
		{"A-V0", variant{}},
		{"A-V0b", variant{always: true}},
		{"A-V1a", variant{testMapped: true}},
		{"A-V1b", variant{testCount: true}},
		{"A-V1ab", variant{testCount: true, testMapped: true}},
		{"A-V2", variant{seq: true}},
		{"A-V2b", variant{seq: true, always: true}},
		{"A-V3", variant{flag: true}},
		{"A-V4", variant{locked: true}},
	} {
		got := racy(tt.v, cached) || racy(tt.v, mapped)
		// The class has best effort and nonlinear mappings, too, which this has not.
		want := slices.Contains(invalidateResults().Of(tt.id, "cached", "mapped").Bugs(), string(Dangling))
		require.Equal(t, want, got, tt.id)
	}
}
