package sched

// A Law is the transition law of a scheduler that is a Markov chain: which CPU
// comes next depends on which are ready and on a memory of a few bytes. The
// law alone decides, both when schedules are drawn and when the probability of
// a bug is computed exactly.
type Law interface {
	// Weigh returns how likely each CPU is to run next; 0 for a CPU that is not
	// ready.
	Weigh(ready Set, m Memory) Weights
	// After returns the memory behind a line of a CPU.
	After(m Memory, cpu int) Memory
}

// A Memory is what a scheduler remembers of a schedule. That of a law is zero at the
// start.
type Memory [MaxCPUs + 4]uint16

// A Rememberer is a scheduler that is no Markov chain by itself, as it looks at more
// than who is ready, but is one together with the states: Begin, Next and Recall are
// all that changes its memory, and it draws from few sides at a time.
type Rememberer interface {
	Scheduler
	Memory() Memory
	Recall(m Memory)
}

// Weights are the probabilities of the CPUs, up to a factor.
type Weights [MaxCPUs]uint32

// Sum returns the sum of the weights.
func (w *Weights) Sum() int {
	sum := 0
	for _, v := range w {
		sum += int(v)
	}
	return sum
}

// A walk draws schedules by a law; each outcome of a line has the same
// probability.
type walk struct {
	law  Law
	dice Dice
	mem  Memory
}

// LawOf returns the law of a scheduler that has one.
func LawOf(s Scheduler) (Law, bool) {
	w, ok := s.(*walk)
	if !ok {
		return nil, false
	}
	return w.law, true
}

func (w *walk) Begin() bool {
	w.mem = Memory{}
	return true
}

func (w *walk) Next(p *Point) int {
	cpu := w.draw(p.Ready)
	w.mem = w.law.After(w.mem, cpu)
	return cpu
}

func (w *walk) draw(ready Set) int {
	if ready.Len() == 1 {
		return ready.At(0)
	}
	weights := w.law.Weigh(ready, w.mem)
	n := w.dice.IntN(weights.Sum())
	for cpu, v := range weights {
		if n -= int(v); n < 0 {
			return cpu
		}
	}
	panic("sched: a draw above the sum of the weights: do the dice keep to IntN?")
}

func (w *walk) Choose(n int) int { return w.dice.IntN(n) }
