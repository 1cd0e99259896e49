package sched

// Random is the uniform random walk: at each line, each CPU that can run runs
// next with the same probability. It is not uniform over schedules: those in
// which a CPU has nobody beside it for long are more likely than others.
type Random struct{}

// Weigh gives each CPU the same weight.
func (Random) Weigh(ready Set, _ Memory) (w Weights) {
	for cpu := range w {
		w[cpu] = uint32(ready >> cpu & 1)
	}
	return w
}

// After remembers nothing.
func (Random) After(Memory, int) Memory { return Memory{} }
