package sched

// A Replay executes a recorded schedule, once. Where the record ends, or names
// a CPU that cannot run, the CPU that ran last goes on, and else the next one in
// the round: an empty record is the schedule without preemptions, in the order
// of the CPUs.
type Replay struct {
	cpus, outcomes []uint8
	line, chosen   int
	begun          bool
}

// NewReplay returns a scheduler for the CPU of each line and the outcome of
// each nondeterministic line.
func NewReplay(cpus, outcomes []uint8) *Replay { return &Replay{cpus: cpus, outcomes: outcomes} }

// Begin returns true the first time.
func (s *Replay) Begin() bool {
	fresh := !s.begun
	s.begun, s.line, s.chosen = true, 0, 0
	return fresh
}

// Next returns the recorded CPU.
func (s *Replay) Next(p *Point) int {
	s.line++
	if s.line <= len(s.cpus) && p.Ready.Has(int(s.cpus[s.line-1])) {
		return int(s.cpus[s.line-1])
	}
	return onward(p)
}

// onward returns the CPU that runs if nobody is preempted.
func onward(p *Point) int {
	switch others := p.Others(); {
	case p.Last < 0:
		return others.At(0)
	case others.Has(p.Last):
		return p.Last
	default:
		return others.After(p.Last)
	}
}

// Choose returns the recorded outcome, and 0 behind the end of the record.
func (s *Replay) Choose(n int) int {
	s.chosen++
	if s.chosen <= len(s.outcomes) {
		return int(s.outcomes[s.chosen-1]) % n
	}
	return 0
}
