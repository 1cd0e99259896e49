package sched

// POS is partial order sampling: the next line of each CPU has a random
// priority, the highest one that can run does, and a line that conflicts with
// it gets a new one. Of two lines that race each is first about as often; lines
// that do not conflict are not told apart.
//
// Yuan, Yang, Gu, "Partial Order Aware Concurrency Sampling", CAV 2018. Two
// lines race if they touch the same word and one of them writes it, by the
// footprints of the machine. A CPU that spins falls behind the others until it
// runs again.
type POS struct {
	dice Dice
	prio [MaxCPUs]int // 0: to be drawn
}

// NewPOS returns a scheduler.
func NewPOS(d Dice) *POS { return &POS{dice: d} }

// Begin forgets all priorities.
func (s *POS) Begin() bool {
	s.prio = [MaxCPUs]int{}
	return true
}

// Next returns the CPU with the highest priority.
func (s *POS) Next(p *Point) int {
	for cpu := range s.prio {
		if s.prio[cpu] == 0 && p.Ready.Has(cpu) {
			s.prio[cpu] = 1 + s.dice.IntN(1<<30)
		}
	}
	if p.Spins {
		s.prio[p.Last] = -1
	}
	next := highest(p.Ready, &s.prio)
	for cpu := range s.prio {
		if cpu != next && p.Ready.Has(cpu) && races(p, cpu, next) {
			s.prio[cpu] = 0
		}
	}
	s.prio[next] = 0
	return next
}

func races(p *Point, a, b int) bool {
	_, ok := p.Foot[a].Conflict(&p.Foot[b])
	return ok
}

// Choose draws the outcome.
func (s *POS) Choose(n int) int { return s.dice.IntN(n) }
