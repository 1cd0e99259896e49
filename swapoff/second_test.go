package swapoff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// The race of swapoff against fork once more, by hand and without package vm:
// two tasks, each a switch on where it stands, and a walk of all states. Pages
// and the swap cache are left out; an entry is 0 for none, 1 for the handle and
// 2 for the page.

type tiny struct {
	fork, off  int8 // where the two tasks stand
	bkl        int8 // 1: fork has it, 2: swapoff
	sem        int8 // mmap_sem of the parent, likewise
	count      int8 // of the handle
	parent     int8 // its page table entry
	child      int8
	walk       int8 // mm that swapoff looks at
	born       bool // the child is where swapoff looks for mms
	stale, end bool // swapoff has returned; and left something behind
}

// forkStep returns the states that fork can go to. It sleeps, or not, between
// the copy of the entry and the end.
func (s tiny) forkStep(patched bool) []tiny {
	switch s.fork {
	case 0: // lock_kernel
		if s.bkl != 0 {
			return nil
		}
		s.bkl = 1
	case 1: // mm_alloc
		s.born = patched
	case 2: // down(&current->mm->mmap_sem), which drops the kernel lock to sleep
		switch {
		case s.sem == 0 && (s.bkl == 0 || s.bkl == 1):
			s.bkl, s.sem = 1, 1
		case s.bkl == 1:
			s.bkl = 0
			return []tiny{s}
		default:
			return nil
		}
	case 3: // copy_page_range
		s.child = s.parent
		if s.child == 1 {
			s.count++
		}
	case 4: // kmem_cache_alloc for the next vma sleeps or not
		awake := s
		awake.fork = 6
		s.bkl, s.fork = 0, 5
		return []tiny{awake, s}
	case 5: // wakes
		if s.bkl != 0 {
			return nil
		}
		s.bkl = 1
	case 6:
		s.sem = 0
	case 7: // SET_LINKS, unlock_kernel
		s.born, s.bkl = true, 0
	default:
		return nil
	}
	s.fork++
	return []tiny{s}
}

// offStep returns the states that swapoff can go to.
func (s tiny) offStep(patched bool) []tiny {
	entry := &s.parent
	if s.walk == 1 {
		entry = &s.child
	}
	switch s.off {
	case 0: // lock_kernel
		if s.bkl != 0 {
			return nil
		}
		s.bkl = 2
	case 1: // read_swap_cache sleeps or not
		awake := s
		awake.off = 3
		s.bkl, s.off = 0, 2
		return []tiny{awake, s}
	case 2:
		if s.bkl != 0 {
			return nil
		}
		s.bkl = 2
	case 3: // down(&mm->mmap_sem)
		switch {
		case !patched || s.walk == 1:
		case s.sem == 0 && (s.bkl == 0 || s.bkl == 2):
			s.bkl, s.sem = 2, 2
		case s.bkl == 2:
			s.bkl = 0
			return []tiny{s}
		default:
			return nil
		}
	case 4: // unuse_pte
		if *entry == 1 {
			*entry = 2
			s.count--
		}
	case 5: // up, and the next mm
		if s.sem == 2 {
			s.sem = 0
		}
		if s.walk == 0 && s.born {
			s.walk, s.off = 1, 3
			return []tiny{s}
		}
	case 6: // swap_map[i] = 0, unlock_kernel
		s.count, s.bkl = 0, 0
		s.end, s.stale = true, s.parent == 1 || s.child == 1
	default:
		return nil
	}
	s.off++
	return []tiny{s}
}

// misses walks all states and reports whether swapoff ever leaves a handle behind.
func misses(patched bool) bool {
	start := tiny{count: 1, parent: 1}
	seen := map[tiny]bool{start: true}
	todo := []tiny{start}
	for len(todo) > 0 {
		s := todo[0]
		todo = todo[1:]
		if s.stale {
			return true
		}
		for _, n := range append(s.forkStep(patched), s.offStep(patched)...) {
			if !seen[n] {
				seen[n] = true
				todo = append(todo, n)
			}
		}
	}
	return false
}

func TestSecond(t *testing.T) {
	for _, c := range []struct {
		kernel  string
		patched bool
	}{{"V0", false}, {"V1", true}} {
		k := racetest.Kernel(t, &Fork, c.kernel)
		found := fuzz.Of(&Fork).Check(k, vm.SMP, fuzz.Options{}).Bug != ""
		require.Equal(t, misses(c.patched), found, k.Name)
	}
	require.True(t, misses(false), "the second model of the unpatched kernel misses no handle")
}
