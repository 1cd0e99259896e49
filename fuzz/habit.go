package fuzz

import (
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// habits is what a worker knows of the CPUs as they stand: what their next lines have
// done so far, in any state.
type habits struct {
	of    []habit    // by the number of a CPU
	feet  []uint16   // of the outcomes of lines: numbers of what they have touched
	touch []vm.Touch // and that itself
	news  []lesson   // that the other workers do not know yet
}

// A habit is what is known of a CPU as it stands.
type habit struct {
	first   uint32 // of the outcomes of its line
	foot    uint16 // number of what all of these have touched
	choices uint8  // number of the outcomes; 0: none is known
	ended   bool   // the CPU has come to the end of its program
	odd     bool   // the line has blocked, shown a bug or had another number of outcomes
}

// plain reports whether it is known that the line can go on, and how many outcomes
// it has.
func (h *habit) plain() bool { return h.choices > 0 && !h.odd }

// A lesson is what a line was seen to do.
type lesson struct {
	own     uint32 // number of the CPU
	choice  uint8
	choices uint8
	ended   bool
	odd     bool
	touch   vm.Touch
}

// habit returns what is known of a CPU, by its number.
func (h *habits) habit(own uint32) habit {
	if int(own) >= len(h.of) {
		return habit{}
	}
	return h.of[own]
}

// foot returns the number of what an outcome of the line of a CPU has touched.
func (h *habits) foot(own uint32, choice uint8) uint16 {
	at := h.habit(own)
	if choice >= at.choices {
		return anything
	}
	return h.feet[at.first+uint32(choice)]
}

// knows reports whether there is nothing to learn from a lesson; what the line has
// touched is asked of x.
func (h *habits) knows(l *lesson, x *vm.Exec) bool {
	at := h.habit(l.own)
	if l.choice >= at.choices || l.choices != at.choices || l.odd && !at.odd || l.ended && !at.ended {
		return false
	}
	i := at.first + uint32(l.choice)
	return (h.feet[i] != anything || h.touch[i].Wide) && x.Within(&h.touch[i])
}

// learn takes in a lesson.
func (h *habits) learn(l *lesson, f *feet) {
	for len(h.of) <= int(l.own) {
		h.of = append(h.of, habit{})
	}
	at := &h.of[l.own]
	if at.choices == 0 {
		at.first, at.choices = uint32(len(h.feet)), l.choices
		for range l.choices {
			h.feet, h.touch = append(h.feet, anything), append(h.touch, vm.Touch{})
		}
	}
	at.ended = at.ended || l.ended
	at.odd = at.odd || l.odd || at.choices != l.choices
	if l.choice >= at.choices {
		return
	}
	i := at.first + uint32(l.choice)
	t := &h.touch[i]
	t.Join(&l.touch)
	h.feet[i] = f.add(t)
	t.Wide = h.feet[i] == anything
	h.sum(at, f)
}

// sum puts together what the outcomes of a line have touched. One that is not known
// may touch anything.
func (h *habits) sum(at *habit, f *feet) {
	var all vm.Touch
	for i := at.first; i < at.first+uint32(at.choices); i++ {
		all.Join(&h.touch[i])
		all.Wide = all.Wide || h.feet[i] == anything
	}
	at.foot = f.add(&all)
}

func (h *habits) bytes() int {
	return cap(h.of)*int(unsafe.Sizeof(habit{})) + 2*cap(h.feet) + cap(h.touch)*int(unsafe.Sizeof(vm.Touch{})) + cap(h.news)*int(unsafe.Sizeof(lesson{}))
}

// learn takes in what a line has just done.
func (w *worker[S, L]) learn(m Move, status vm.Status) {
	if !w.e.diamonds {
		return
	}
	l := lesson{own: w.key[keyCPU+m.CPU], choice: m.Choice, choices: uint8(w.x.Choices())}
	l.ended = status == vm.Idle
	l.odd = status == vm.Blocked || len(w.x.Bugs()) > 0
	if w.habits.knows(&l, w.x) {
		return
	}
	w.x.Touched(&l.touch)
	w.habits.learn(&l, w.e.feet)
	if len(w.e.workers) > 1 {
		w.habits.news = append(w.habits.news, l)
	}
}

// tell makes what each worker has learned of habits known to all. Whoever passes a
// line over needs to know of its CPU all that was learned where the parent was
// expanded.
func (e *explorer[S, L]) tell() {
	for _, w := range e.workers {
		for i := range w.habits.news {
			for _, other := range e.workers {
				other.habits.learn(&w.habits.news[i], e.feet)
			}
		}
		w.habits.news = w.habits.news[:0]
	}
}
