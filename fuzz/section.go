package fuzz

import (
	"slices"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// A Section is a critical section: a CPU holds a lock from one step to another.
type Section struct {
	Lock string `json:"lock"`
	CPU  int    `json:"cpu"`
	From int    `json:"from"` // the step that took the lock; -1 if it was held at the start
	To   int    `json:"to"`   // the step that dropped it; the number of steps if it was held at the end
}

// hold compares the locks that are held after a step with those before it: it
// ends the sections of those that are gone, and begins those that are new.
func (p *replayer[S, L]) hold(step int) {
	was := p.held
	p.held = nil
	for cpu := range p.w.Programs {
		for _, lock := range p.m.Layout.Held(unsafe.Pointer(&p.s), cpu) {
			p.held = append(p.held, Section{Lock: lock, CPU: cpu, From: step})
		}
	}
	for _, old := range was {
		i := slices.IndexFunc(p.held, func(s Section) bool { return s.Lock == old.Lock && s.CPU == old.CPU })
		if i >= 0 {
			p.held[i] = old
			continue
		}
		old.To = step
		p.t.Locks = append(p.t.Locks, old)
	}
}

// release ends the sections that the run has not, and sorts all by their begin.
func (p *replayer[S, L]) release() {
	for _, s := range p.held {
		s.To = len(p.t.Steps)
		p.t.Locks = append(p.t.Locks, s)
	}
	slices.SortStableFunc(p.t.Locks, func(a, b Section) int { return a.From - b.From })
}

// touches returns the names of the words that a line read and wrote, each once.
func (t *Trace) touches(f vm.Footprint) (reads, writes []string) {
	for _, a := range f.Accesses {
		list := &reads
		if a.Write {
			list = &writes
		}
		if name := t.layout.Name(a.Off); name != "" && !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	return reads, writes
}
