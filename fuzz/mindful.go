package fuzz

import (
	"unsafe"

	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// A mindful mover is a scheduler that remembers. Its own code decides, once for each
// way in which its dice can fall.
//
// Such a scheduler is told if a CPU goes round in a circle, see the type circle. Where a CPU
// stands in one is part of a node, but only from where it will go round unless it is
// interrupted: other stretches never close.
type mindful[S, L comparable] struct {
	sc    sched.Rememberer
	dice  *draws // of the scheduler
	p     sched.Point
	ahead map[stretch[S]]bool // whether a CPU will go round in a circle
	spins []spin[S]           // by number, from 1
	ids   map[spin[S]]uint32
	x     *vm.Exec
}

// A stretch is a CPU that runs alone from some state on.
type stretch[S comparable] struct {
	s   S
	cpu int
}

// A spin is how far a CPU has come in a circle.
type spin[S comparable] struct {
	cpu int
	circle[S]
}

func newMindful[S, L comparable](m *vm.Machine[S, L], w *vm.Workload, sc sched.Rememberer, d *draws) *mindful[S, L] {
	return &mindful[S, L]{sc: sc, dice: d, ahead: map[stretch[S]]bool{}, ids: map[spin[S]]uint32{}, x: m.Exec(w)}
}

func (r *mindful[S, L]) moves(g *chain[S, L], id uint32, from *chainNode[S]) (moves []chance) {
	r.p.Ready, r.p.Last, r.p.Spins = g.ready, -1, false
	if from.spin != 0 {
		c := r.here(g, from)
		r.p.Last, r.p.Spins = c.cpu, c.closed
		if c.closed && c.others == 0 {
			return nil
		}
	}
	for cpu := range g.cpus {
		g.x[cpu].FootTo(&r.p.Foot[cpu])
	}
	for more := true; more; more = r.dice.next() {
		if id == 0 {
			r.sc.Begin()
		} else {
			r.sc.Recall(from.mem)
		}
		cpu := r.sc.Next(&r.p)
		moves = add(moves, chance{cpu, r.sc.Memory(), r.dice.probability()})
	}
	return moves
}

// add adds a chance, to one that is equal but for the probability if there is one.
func add(moves []chance, c chance) []chance {
	for i := range moves {
		if m := &moves[i]; m.cpu == c.cpu && m.mem == c.mem {
			m.p += c.p
			return moves
		}
	}
	return append(moves, c)
}

// here returns the circle of a node, with the CPUs that could run there.
func (r *mindful[S, L]) here(g *chain[S, L], n *chainNode[S]) spin[S] {
	c := r.spins[n.spin-1]
	c.others |= g.ready.Without(c.cpu)
	return c
}

func (r *mindful[S, L]) behind(g *chain[S, L], from *chainNode[S], cpu int, chosen bool, to *S) uint32 {
	if !r.spinsFrom(g, to, cpu) {
		return 0
	}
	c := spin[S]{cpu: cpu}
	if from.spin != 0 && r.spins[from.spin-1].cpu == cpu && !chosen {
		c = r.here(g, from)
		c.walk(to)
	} else {
		c.leave(to)
	}
	id, ok := r.ids[c]
	if !ok {
		r.spins = append(r.spins, c)
		id = uint32(len(r.spins))
		r.ids[c] = id
	}
	return id
}

// spinsFrom reports whether a CPU that runs alone from a state on goes round in a
// circle.
func (r *mindful[S, L]) spinsFrom(g *chain[S, L], s *S, cpu int) bool {
	at := stretch[S]{*s, cpu}
	spins, known := r.ahead[at]
	if known {
		return spins
	}
	now := *s
	var c circle[S]
	c.leave(&now)
	for range longSchedule {
		if g.m.Done(r.x, &now, cpu) || !g.m.MayRun(r.x, &now, cpu) || g.m.Step(r.x, &now, cpu, 0) != vm.Ran || !r.x.Plain() {
			break
		}
		if c.walk(&now); c.closed {
			spins = true
			break
		}
	}
	r.ahead[at] = spins
	return spins
}

func (r *mindful[S, L]) finite() bool { return false }

func (r *mindful[S, L]) bytes() int {
	return len(r.ahead)*2*int(unsafe.Sizeof(stretch[S]{})) + len(r.spins)*3*int(unsafe.Sizeof(spin[S]{}))
}
