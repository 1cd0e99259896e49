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
//
// Priorities are numbers between 0 and 1 in the paper. Only their order matters,
// and so a new one is drawn as its place among all that were drawn before: each
// place is equally likely. Of those that are done with it is enough to know how
// many stand between two others.
type POS struct {
	dice   Dice
	order  [MaxCPUs]uint8      // CPUs that have a priority, from the lowest one up
	n      int                 // how many these are
	gone   [MaxCPUs + 1]uint16 // priorities that are done with, below each of those and above the last one
	behind Set                 // CPUs that have spun
}

// NewPOS returns a scheduler.
func NewPOS(d Dice) *POS { return &POS{dice: d} }

// Begin forgets all priorities.
func (s *POS) Begin() bool {
	*s = POS{dice: s.dice}
	return true
}

// Next returns the CPU with the highest priority.
func (s *POS) Next(p *Point) int {
	if p.Spins {
		s.drop(p.Last)
		s.behind |= 1 << p.Last
	}
	for cpu := range MaxCPUs {
		if p.Ready.Has(cpu) && !s.behind.Has(cpu) && s.place(cpu) < 0 {
			s.draw(cpu)
		}
	}
	next := s.highest(p.Ready)
	for cpu := range MaxCPUs {
		if cpu == next || p.Ready.Has(cpu) && races(p, cpu, next) {
			s.drop(cpu)
			s.behind = s.behind.Without(cpu)
		}
	}
	return next
}

// place returns which priority is that of a CPU, from the lowest one up; -1 if it
// has none.
func (s *POS) place(cpu int) int {
	for i, c := range s.order[:s.n] {
		if int(c) == cpu {
			return i
		}
	}
	return -1
}

// draw gives a CPU a priority.
func (s *POS) draw(cpu int) {
	all := s.n
	for _, gone := range s.gone[:s.n+1] {
		all += int(gone)
	}
	below, i := s.dice.IntN(all+1), 0 // priorities below it, of those that are in a gap or bound it
	for below > int(s.gone[i]) {
		below -= int(s.gone[i]) + 1
		i++
	}
	copy(s.order[i+1:], s.order[i:s.n])
	copy(s.gone[i+1:], s.gone[i:s.n+1])
	s.order[i] = uint8(cpu)
	s.gone[i] = uint16(below)
	s.gone[i+1] -= uint16(below)
	s.n++
}

// drop takes the priority of a CPU that has one.
func (s *POS) drop(cpu int) {
	i := s.place(cpu)
	if i < 0 {
		return
	}
	s.gone[i] += s.gone[i+1] + 1
	copy(s.order[i:], s.order[i+1:s.n])
	copy(s.gone[i+1:], s.gone[i+2:s.n+1])
	s.n--
	s.order[s.n], s.gone[s.n+1] = 0, 0
	if s.n == 0 {
		s.gone[0] = 0 // nothing is left that they could be compared with
	}
}

// highest returns which of some CPUs has the highest priority. Those that have spun
// are below all others.
func (s *POS) highest(ready Set) int {
	for i := s.n - 1; i >= 0; i-- {
		if ready.Has(int(s.order[i])) {
			return int(s.order[i])
		}
	}
	return ready.At(0)
}

func races(p *Point, a, b int) bool {
	_, ok := p.Foot[a].Conflict(&p.Foot[b])
	return ok
}

// Choose draws the outcome.
func (s *POS) Choose(n int) int { return s.dice.IntN(n) }

// Memory returns the order of the priorities.
func (s *POS) Memory() (m Memory) {
	copy(m[:], s.gone[:])
	for i, cpu := range s.order {
		m[MaxCPUs+1+i/4] |= uint16(cpu) << (4 * (i % 4))
	}
	m[MaxCPUs+3] = uint16(s.n)<<8 | uint16(s.behind)
	return m
}

// Recall restores it.
func (s *POS) Recall(m Memory) {
	copy(s.gone[:], m[:])
	for i := range s.order {
		s.order[i] = uint8(m[MaxCPUs+1+i/4]>>(4*(i%4))) & 15
	}
	s.n, s.behind = int(m[MaxCPUs+3]>>8), Set(m[MaxCPUs+3])
}
