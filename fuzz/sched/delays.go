package sched

// Delays returns a systematic scheduler that tries every schedule with up to
// max delays, those with fewer first; -1 stands for any number. Without a
// delay the CPU that runs goes on until it blocks, ends or spins, and the next
// one in the round follows; a delay passes over the CPU whose turn it is.
//
// Emmi, Qadeer, Rakamarić, "Delay-Bounded Scheduling", POPL 2011, with its
// deterministic scheduler in the order of the CPUs, and bounds that grow as in
// [Preemptions].
func Delays(max int) Scheduler { return &bounded{price: delays{}, max: max} }

type delays struct{}

func (delays) options(p *Point, d *decision) {
	cpu := onward(p)
	for i, n := 0, p.Others().Len(); i < n; i++ {
		d.add(cpu, i)
		cpu = p.Others().After(cpu)
	}
}
