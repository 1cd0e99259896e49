package sched

// RoundRobin lets the CPUs run in turn, each for a burst of random length: a
// CPU that can go on does so with probability 1-1/Burst, so that an
// undisturbed burst has Burst lines on average. The first CPU is any.
//
// It is what a timer tick does to threads on one CPU, and the simplest way to
// get long stretches of one CPU; it has no paper.
type RoundRobin struct {
	Burst int // at least 1
}

// Weigh favours the CPU that runs over the next one in the round.
func (r RoundRobin) Weigh(ready Set, m Memory) (w Weights) {
	if m[0] == 0 {
		return Random{}.Weigh(ready, m)
	}
	last := int(m[0]) - 1
	w[ready.After(last)] = 1
	if ready.Has(last) {
		w[last] += uint32(r.Burst - 1)
	}
	return w
}

// After remembers the CPU that runs.
func (RoundRobin) After(_ Memory, cpu int) Memory { return Memory{uint16(cpu + 1)} }
