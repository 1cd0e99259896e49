package sched

// PCT is probabilistic concurrency testing: CPUs have random priorities, the
// highest one that can run does, and at Depth-1 random lines the CPU that has
// just run falls behind all others. A bug that Depth ordering constraints are
// enough for is hit with a probability of at least 1/(n·k^(Depth-1)), for n
// CPUs and k lines.
//
// Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs", ASPLOS 2010. Here k is the number
// of lines of the [Profile], not the maximum, which is unknown: a later line is
// never a change point. A CPU that spins falls behind all others, too, as at a
// yield in Shuttle and Coyote.
type PCT struct {
	depth, cpus, lines int
	dice               Dice

	prio   [MaxCPUs]int // higher runs first
	change []int        // lines behind which a priority changes
	line   int
	lowest int
}

// NewPCT returns a scheduler of that depth, at least 1, for a profile.
func NewPCT(depth int, p *Profile, d Dice) *PCT {
	return &PCT{depth: depth, cpus: p.CPUs, lines: max(1, p.Len()), dice: d, change: make([]int, depth-1)}
}

// Begin draws priorities and change points.
func (s *PCT) Begin() bool {
	for cpu := range s.cpus {
		s.prio[cpu] = s.depth + cpu
	}
	for i := s.cpus - 1; i > 0; i-- {
		j := s.dice.IntN(i + 1)
		s.prio[i], s.prio[j] = s.prio[j], s.prio[i]
	}
	for i := range s.change {
		s.change[i] = 1 + s.dice.IntN(s.lines)
	}
	s.line, s.lowest = 0, 0
	return true
}

// Next returns the CPU with the highest priority.
func (s *PCT) Next(p *Point) int {
	for i, at := range s.change {
		if at == s.line && s.line > 0 {
			s.prio[p.Last] = i + 1
		}
	}
	if p.Spins {
		s.lowest--
		s.prio[p.Last] = s.lowest
	}
	s.line++
	return highest(p.Ready, &s.prio)
}

// Choose draws the outcome.
func (s *PCT) Choose(n int) int { return s.dice.IntN(n) }

func highest(ready Set, prio *[MaxCPUs]int) int {
	best := -1
	for cpu := range prio {
		if ready.Has(cpu) && (best < 0 || prio[cpu] > prio[best]) {
			best = cpu
		}
	}
	return best
}
