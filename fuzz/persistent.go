package fuzz

import (
	"github.com/vmrace/vmrace/vm"
)

// persistent chooses, in each node of a search, CPUs whose lines are enough: a
// persistent set. Whatever the other CPUs do, and however long, they do nothing
// that fails to commute with the next lines of the chosen ones (Godefroid,
// Partial-Order Methods for the Verification of Concurrent Systems, 1996; the
// stubborn sets of Valmari are close relatives).
//
// # What the other CPUs may do
//
// A place is a CPU with its stack and locals. For each place the table knows what
// the line there has touched, in any state that the search has seen, and the
// places that it has led to. What a CPU may touch from now on is what the places
// touch that can be reached from its own. The table begins empty and is learned
// in the search itself, which is repeated until one pass of it learns nothing:
// then every choice was made with what is known at the end.
//
// A lock that one of the chosen CPUs holds stops the others where they wait for
// it: nothing behind such a place can happen before the holder moves. A line
// counts as waiting if it has taken that lock whenever it went on, and the lock
// as held for good if none of the others writes to it before it waits.
//
// # Why that is sound
//
// A node that is not expanded fully has a successor with a higher number: the
// proviso of Bosnacki and Holzmann (Improving SPIN's partial-order reduction for
// breadth-first search, 2005), without which a line could be put off for ever.
// It is one with no bug that stops the kernel. Let a run lead from a node of the
// reduced search through all lines of some schedule. Claim: the reduced search
// has a run from the node with these lines, each with the same locals and the
// same words read, perhaps with others in between. By induction on the length of
// the run and, for the same length, down from the highest number:
//
//   - If a chosen CPU is in the run, its first line there commutes with those
//     before it. It is executed at once, and the rest is one line shorter.
//   - If none is, a line to a node with a higher number goes first and commutes
//     with the whole run.
//
// This needs that the choice is persistent. If it were not, take the shortest
// run of the other CPUs whose last line, and no other, fails to commute with a
// line of a chosen one. Put the line to the node with a higher number in front. The
// run goes on to be possible up to its last line. That one still stands at the same place
// and touches the same words up to the first one that the line in front has
// changed, and that one, too, though what it does from there on, or whether it
// blocks, may differ. By induction the reduced search has seen it do so, behind
// the same places of its CPU. So the table has the conflict, and the CPU would
// have been chosen. A line that blocks is one that reads and changes nothing.
//
// So the reduced search shows the same bugs, for a bug is up to what a line has
// read, and also the same deadlocks and ends, where the run has no other lines
// in between. A node without an end in the full search has none in the reduced
// one, which has fewer edges; and if it has one, the run to it is covered. So
// livelocks are the same. So are the pairs of locks taken under each other. What
// may differ is the length of the shortest schedule.
//
// All this holds if footprints are honest, see [Lies].
//
// Of the CPUs that are chosen some may sleep, see [persistent.sleepers].
//
// Source sets (Abdulla, Aronsson, Jonsson and Sagonas, Optimal dynamic partial order
// reduction, 2014) are left out: they are for searches that keep no states.
type persistent[S, L comparable] struct {
	m     *vm.Machine[S, L]
	pack  *packer[S, L]   // numbers the CPUs
	group *symmetry[S, L] // the table is closed under it; nil if there is none
	cpus  int
	any   int
	index [8][]uint32 // of sites plus one, by CPU and number
	sites []site
	grew  bool // in this pass
	news  bool // since [persistent.settled] was asked
	last  int  // states when there was news

	reduced []deferred // nodes of the batch, by number, that were not expanded fully
	roused  []deferred // nodes that have more to execute, as fewer CPUs sleep there

	locks  vm.Words         // that some line waits for
	number map[vm.Words]int // of a set of held locks; 0: of none
	future [][]*vm.Touch    // by that number, then by site
	places int              // in future
	edges  int              // in sites
	stale  int              // choices to make before the futures are computed again
	wait   int              // as many as were made between the last two times, and more
	seen   []uint32
	round  uint32

	// Of the node at hand: the CPUs that have not come to their end, one bit each;
	// by CPU, its site, and which locks it holds.
	rest uint8
	at   [8]uint32
	held [8]vm.Words
}

func newPersistent[S, L comparable](e *explorer[S, L]) *persistent[S, L] {
	p := &persistent[S, L]{m: e.m, pack: e.pack, group: e.sym, cpus: e.cpus, any: e.any, number: map[vm.Words]int{}}
	p.forget()
	return p
}

// locate makes a state, with its key, the one at hand.
func (p *persistent[S, L]) locate(s *S, k key) {
	p.rest = 0
	for cpu := range p.cpus {
		if c := p.m.CPU(s, cpu); !c.Idle() || c.Begun() < p.any {
			p.rest |= 1 << cpu
			p.at[cpu] = p.site(k[keyCPU+cpu], cpu)
			p.held[cpu] = vm.Words{}
			p.m.Held(s, cpu, &p.held[cpu])
			p.held[cpu].And(&p.locks)
		}
	}
}

// choose returns the smallest set of CPUs that it finds, one bit each.
func (p *persistent[S, L]) choose() uint8 {
	p.refresh()
	rest := p.rest
	best := rest
	for cpu := range p.cpus {
		if rest>>cpu&1 == 0 {
			continue
		}
		if set := p.close(uint8(1)<<cpu, rest, best); fewer(set, best) {
			best = set
		}
	}
	if best == rest {
		return everyCPU
	}
	return best
}

// refresh forgets the futures, now and then, if the table has grown since they
// were computed.
func (p *persistent[S, L]) refresh() {
	if !p.grew {
		return
	}
	if p.stale--; p.stale <= 0 {
		p.forget()
		p.wait = max(2*p.wait, len(p.sites))
		p.stale = p.wait
	}
}

// forget forgets the futures.
func (p *persistent[S, L]) forget() {
	clear(p.number)
	clear(p.future)
	p.future = append(p.future[:0], nil) // of no lock
	p.places = 0
}

func fewer(a, b uint8) bool { return vm.Set(a).Len() < vm.Set(b).Len() }

// close adds to a set of CPUs whoever may do what does not commute with a next
// line of theirs, until it is as large as the best set.
func (p *persistent[S, L]) close(set, rest, best uint8) uint8 {
	var held vm.Words
	var next vm.Touch
	done := uint8(0)
	for done != set && fewer(set, best) {
		for cpu := range p.cpus {
			if bit := uint8(1) << cpu; set&^done&bit != 0 {
				at := &p.sites[p.at[cpu]]
				next.Join(&at.ran)
				next.Join(&at.blocked)
				held.Join(&p.held[cpu])
				done |= bit
			}
		}
		set |= p.clash(&next, p.kept(held, rest&^set), rest&^set)
	}
	return set
}

// clash returns those of the other CPUs that may do what does not commute with
// the lines that touch next.
func (p *persistent[S, L]) clash(next *vm.Touch, held vm.Words, others uint8) (set uint8) {
	n := p.numberOf(held)
	for cpu := range p.cpus {
		if others>>cpu&1 != 0 && p.ahead(p.at[cpu], held, n).Meets(next) {
			set |= 1 << cpu
		}
	}
	return set
}

// kept returns those of the held locks that none of the other CPUs writes to.
func (p *persistent[S, L]) kept(held vm.Words, others uint8) vm.Words {
	if held == (vm.Words{}) {
		return held
	}
	for again := true; again; {
		again = false
		n := p.numberOf(held)
		for cpu := range p.cpus {
			if others>>cpu&1 == 0 {
				continue
			}
			t := p.ahead(p.at[cpu], held, n)
			if t.Wide {
				return vm.Words{}
			}
			for i := range held {
				if lost := held[i] & t.Writes[i]; lost != 0 {
					held[i] &^= lost
					again = true
				}
			}
			if again {
				break
			}
		}
	}
	return held
}

// everyCPU is the set of all CPUs.
const everyCPU = ^uint8(0)
