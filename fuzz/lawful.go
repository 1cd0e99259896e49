package fuzz

import "github.com/vmrace/vmrace/fuzz/sched"

// A lawful mover is a scheduler with a law.
type lawful[S, L comparable] struct{ law sched.Law }

func (l lawful[S, L]) moves(g *chain[S, L], _ uint32, from *chainNode[S]) (moves []chance) {
	weights := l.law.Weigh(g.ready, from.mem)
	sum := float64(weights.Sum())
	for cpu := range g.cpus {
		if weights[cpu] > 0 {
			moves = append(moves, chance{cpu, l.law.After(from.mem, cpu), float64(weights[cpu]) / sum})
		}
	}
	return moves
}

// behind returns none: a law is fair, and leaves circles in the end.
func (lawful[S, L]) behind(*chain[S, L], *chainNode[S], int, bool, *S) uint32 { return 0 }

func (lawful[S, L]) finite() bool { return true }

func (lawful[S, L]) bytes() int { return 0 }
