package fuzz

import (
	"fmt"
	"strings"
)

// Dictionary returns the instructions of the class in the form of a libFuzzer
// dictionary: each operation of each CPU, the shortest and the longest burst, and
// the boots with their workload and without.
func (r *race[S, L]) Dictionary() string {
	c := CodecOf(r.c)
	var b strings.Builder
	entry := func(code byte, comment string, args ...any) {
		fmt.Fprintf(&b, "# "+comment+"\n\"\\x%02x\"\n", append(args, code)...)
	}
	for cpu := range c.cpus {
		for op := range r.c.Ops {
			entry(c.opCode(cpu, op), "CPU%d: %s", cpu, r.c.Ops[op].Name)
		}
	}
	for cpu := range c.cpus {
		entry(c.burstCode(Burst{uint8(cpu), 0}), "run CPU%d, until it blocks", cpu)
		entry(c.burstCode(Burst{uint8(cpu), 1}), "run CPU%d, one line", cpu)
	}
	for i := range r.c.Boots {
		entry(byte(firstBoot+i), "workload %s", r.c.Boots[i].Name)
		entry(byte(firstBare+i), "boot of workload %s", r.c.Boots[i].Name)
	}
	return b.String()
}
