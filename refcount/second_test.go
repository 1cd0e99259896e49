package refcount

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

// A second model of the race, that shares nothing with the first: a kernel
// thread is an ordinary Go function that runs as a coroutine and yields before
// each access to shared memory. There is no way to copy a coroutine, so the
// search runs each schedule again from its start. Two threads are in the same
// place if they have seen the same.

// word is the one page of the second model, with the list it is on.
type word struct {
	count  int
	lru    bool
	linked bool
	lock   int // owner; 0: nobody
	owed   int // threads that saw zero and have not freed
	free   int // times the page was freed
}

// tracer is a thread of the second model: what it has seen, and what it waits for.
type tracer struct {
	id      int
	seen    []string
	waiting bool
	over    bool
	yield   func(struct{}) bool
	next    func() (struct{}, bool)
	stop    func()
}

type aborted struct{}

// at is a point where another thread may run; it ends the thread if the schedule
// was cut short.
func (t *tracer) at() {
	if !t.yield(struct{}{}) {
		panic(aborted{})
	}
}

func (t *tracer) saw(v any) { t.seen = append(t.seen, fmt.Sprint(v)) }

// again forgets what the thread has seen: it is back at the head of a loop.
func (t *tracer) again(mark string) { t.seen = []string{mark} }

type universe struct {
	w       word
	threads []*tracer
	bugs    []string
	halted  bool
}

func (u *universe) accuse(bug string) {
	if !slices.Contains(u.bugs, bug) {
		u.bugs = append(u.bugs, bug)
	}
}

func (u *universe) halt(bug string) {
	u.accuse(bug)
	u.halted = true
	panic(aborted{})
}

func (u *universe) lock(t *tracer) {
	t.waiting = true
	t.at()
	t.waiting = false
	u.w.lock = t.id
	t.saw("lock")
}

func (u *universe) unlock(t *tracer) {
	t.at()
	u.w.lock = 0
	t.saw("unlock")
}

// lastPut reports whether a put made the count zero, and who does it then owes.
func (u *universe) lastPut(t *tracer) bool {
	t.at()
	u.w.count--
	t.saw(u.w.count)
	if u.w.count < 0 {
		u.accuse("count below zero")
	}
	if u.w.count == 0 {
		if u.w.owed > 0 {
			u.accuse("double obligation")
		}
		u.w.owed++
	}
	return u.w.count == 0
}

func (u *universe) read(t *tracer) int {
	t.at()
	t.saw(u.w.count)
	return u.w.count
}

func (u *universe) freePage(t *tracer) {
	t.at()
	t.saw("free")
	switch {
	case u.w.lru:
		u.halt("BUG_ON(PageLRU(page) in __free_pages_ok)")
	case u.w.count != 0:
		u.halt("BUG_ON(page_count(page) != 0 in __free_pages_ok)")
	}
	if u.w.linked {
		u.accuse("bad page state (free of a page on a list)")
	}
	if u.w.free > 0 {
		u.accuse("double free")
	}
	u.w.free++
	u.w.owed = max(0, u.w.owed-1)
}

func (u *universe) clearLRU(t *tracer) bool {
	t.at()
	was := u.w.lru
	u.w.lru = false
	t.saw(was)
	return was
}

func (u *universe) setLRU(t *tracer) {
	t.at()
	u.w.lru = true
	t.saw("set")
}

func (u *universe) link(t *tracer, on bool) {
	t.at()
	u.w.linked = on
	t.saw(on)
}

// oldRelease is what 2.5.31-bk7 does with a page whose count it made zero.
func (u *universe) oldRelease(t *tracer, assert bool) {
	if assert && u.read(t) != 0 {
		u.halt("BUG_ON(page_count(page) != 0 in __page_cache_release)")
	}
	u.lock(t)
	if u.clearLRU(t) {
		u.link(t, false)
	}
	mine := u.read(t) == 0
	if !mine {
		u.w.owed--
	}
	u.unlock(t)
	if mine {
		u.freePage(t)
	}
}

// newRelease is what the kernels since Ehrhardt's patch do; peek is the unlocked
// test of PG_lru of 2.6.17.
func (u *universe) newRelease(t *tracer, peek bool) {
	if peek {
		t.at()
		t.saw(u.w.lru)
		if !u.w.lru {
			u.freePage(t)
			return
		}
	}
	u.lock(t)
	if u.clearLRU(t) {
		u.link(t, false)
	}
	u.unlock(t)
	u.freePage(t)
}

// putBack is the second half of a scan.
func (u *universe) putBack(t *tracer) bool {
	u.lock(t)
	u.setLRU(t)
	u.link(t, true)
	u.unlock(t)
	return u.lastPut(t)
}

// The threads, by kernel: who drops the last reference, and the scan of one page.
var second = map[string][]func(u *universe, t *tracer){
	"2.5.31-bk7": {
		func(u *universe, t *tracer) {
			if u.lastPut(t) {
				u.oldRelease(t, true)
			}
		},
		func(u *universe, t *tracer) {
			u.lock(t)
			for {
				t.again("loop")
				t.at()
				t.saw(u.w.linked)
				if !u.w.linked {
					u.unlock(t)
					return
				}
				u.clearLRU(t)
				u.link(t, false)
				if u.read(t) != 0 {
					break
				}
				u.setLRU(t)
				u.link(t, true)
			}
			t.at()
			u.w.count++
			t.saw("get")
			u.unlock(t)
			if u.putBack(t) {
				u.oldRelease(t, false)
			}
		},
	},
	"2.5.31-ehrhardt": {
		func(u *universe, t *tracer) {
			if u.lastPut(t) {
				u.newRelease(t, false)
			}
		},
		func(u *universe, t *tracer) {
			u.lock(t)
			t.at()
			t.saw(u.w.linked)
			if !u.w.linked {
				u.unlock(t)
				return
			}
			t.at()
			u.w.count++
			dead := u.w.count == 1
			t.saw(dead)
			if dead {
				t.at()
				u.w.count--
				u.unlock(t)
				return
			}
			u.clearLRU(t)
			u.link(t, false)
			u.unlock(t)
			if u.putBack(t) {
				u.newRelease(t, false)
			}
		},
	},
	"2.6.17": {
		func(u *universe, t *tracer) {
			if u.lastPut(t) {
				u.newRelease(t, true)
			}
		},
		func(u *universe, t *tracer) {
			u.lock(t)
			t.at()
			t.saw(u.w.linked)
			if !u.w.linked {
				u.unlock(t)
				return
			}
			t.at()
			live := u.w.count != 0
			if live {
				u.w.count++
			}
			t.saw(live)
			if !live {
				u.unlock(t)
				return
			}
			u.clearLRU(t)
			u.link(t, false)
			u.unlock(t)
			if u.putBack(t) {
				u.newRelease(t, true)
			}
		},
	},
	"2.5.31-morton-b3": {
		func(u *universe, t *tracer) {
			t.at()
			u.w.count--
			t.saw(u.w.count)
			if u.w.count != 0 {
				return
			}
			u.lock(t)
			t.at()
			t.saw(u.w.lru)
			mine := !u.w.lru && u.read(t) == 0
			if mine {
				u.owe()
			}
			u.unlock(t)
			if mine {
				u.freePage(t)
			}
		},
		func(u *universe, t *tracer) {
			u.lock(t)
			t.at()
			t.saw(u.w.linked)
			if !u.w.linked {
				u.unlock(t)
				return
			}
			u.clearLRU(t)
			u.link(t, false)
			if u.read(t) == 0 {
				u.owe()
				u.unlock(t)
				u.freePage(t)
				return
			}
			t.at()
			u.w.count++
			t.saw("get")
			u.unlock(t)
			u.lock(t)
			u.setLRU(t)
			u.link(t, true)
			u.unlock(t)
			t.at()
			u.w.count--
			t.saw("put")
		},
	},
}

func (u *universe) owe() {
	if u.w.owed > 0 {
		u.accuse("double obligation")
	}
	u.w.owed++
}

// replay runs a schedule from the start and returns where it has led. Each thread
// stands before its next access.
func replay(bodies []func(u *universe, t *tracer), schedule []int) *universe {
	u := &universe{w: word{count: 1, lru: true, linked: true}}
	for i, body := range bodies {
		t := &tracer{id: i + 1}
		u.threads = append(u.threads, t)
		t.next, t.stop = iter.Pull(func(yield func(struct{}) bool) {
			defer func() {
				if r := recover(); r != nil && r != (aborted{}) {
					panic(r)
				}
			}()
			t.yield = yield
			body(u, t)
		})
		t.step()
	}
	for _, i := range schedule {
		u.threads[i].step()
	}
	return u
}

func (t *tracer) step() {
	if _, more := t.next(); !more {
		t.over = true
	}
}

func (u *universe) canRun(i int) bool {
	t := u.threads[i]
	return !u.halted && !t.over && !(t.waiting && u.w.lock != 0)
}

// place tells two points of two schedules apart if something can still differ.
func (u *universe) place() string {
	var b strings.Builder
	fmt.Fprint(&b, u.w, u.halted)
	for _, t := range u.threads {
		fmt.Fprint(&b, t.over, t.waiting, t.seen)
	}
	return b.String()
}

// searchSecond runs every schedule and returns the names of the bugs, sorted.
func searchSecond(bodies []func(u *universe, t *tracer)) []string {
	found := map[string]bool{}
	edges := map[string][]string{}
	ends := map[string]bool{}
	var visit func(schedule []int) string
	visit = func(schedule []int) string {
		u := replay(bodies, schedule)
		defer func() {
			for _, t := range u.threads {
				t.stop()
			}
		}()
		for _, b := range u.bugs {
			found[b] = true
		}
		here := u.place()
		if _, known := edges[here]; known {
			return here
		}
		edges[here] = nil
		ran := false
		for i := range u.threads {
			if u.canRun(i) {
				ran = true
				to := visit(append(slices.Clone(schedule), i))
				edges[here] = append(edges[here], to)
			}
		}
		switch {
		case ran:
		case u.halted:
			ends[here] = true
		case !u.threads[0].over || !u.threads[1].over:
			found["deadlock"] = true
			ends[here] = true
		default:
			ends[here] = true
			if u.w.free == 0 && (u.w.owed > 0 || !u.w.lru) {
				found["leak"] = true
			}
		}
		return here
	}
	visit(nil)
	if !allEnd(edges, ends) {
		found["livelock"] = true
	}
	var names []string
	for b := range found {
		names = append(names, b)
	}
	slices.Sort(names)
	return names
}

// allEnd reports whether an end can be reached from each place.
func allEnd(edges map[string][]string, ends map[string]bool) bool {
	for changed := true; changed; {
		changed = false
		for from, tos := range edges {
			if !ends[from] && slices.ContainsFunc(tos, func(to string) bool { return ends[to] }) {
				ends[from], changed = true, true
			}
		}
	}
	return len(ends) == len(edges)
}

// The two models find the same bugs in the same kernels.
func TestSecondModelAgrees(t *testing.T) {
	for name, bodies := range second {
		first := racetest.Shown(t, machine(t, name), &boots[bootShrink])
		slices.Sort(first)
		assert.Equal(t, first, searchSecond(bodies), name)
	}
}

// The second model can tell a broken fix, too.
func TestSecondModelCanFail(t *testing.T) {
	bodies := slices.Clone(second["2.6.17"])
	bodies[1] = second["2.5.31-bk7"][1]
	assert.Contains(t, searchSecond(bodies), "double free")
}
