package sched

// Preemptions returns a systematic scheduler that tries every schedule with up
// to max preemptions, those with fewer first; -1 stands for any number. To
// leave a CPU that could go on is a preemption; to leave one that spins is not.
//
// Musuvathi, Qadeer, "Iterative Context Bounding for Systematic Testing of
// Multithreaded Programs", PLDI 2007. The paper keeps a queue of the points that
// the next bound begins with; here each bound begins at the start, which takes
// no memory and repeats few schedules.
func Preemptions(max int) Scheduler { return &bounded{price: preemptions{}, max: max} }

type preemptions struct{}

func (preemptions) options(p *Point, d *decision) {
	first, others := onward(p), p.Others()
	d.add(first, 0)
	cost := 0
	if first == p.Last {
		cost = 1
	}
	for rest := others.Without(first); rest != 0; rest = rest.Without(rest.At(0)) {
		d.add(rest.At(0), cost)
	}
}
