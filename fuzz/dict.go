package fuzz

import (
	"fmt"
	"strings"
)

// Dictionary returns the instructions of the class in the form of a libFuzzer
// dictionary: each operation of each CPU, the boots, the shortest and the
// longest burst, and the programs of each small workload as one word.
func (r *race[S, L]) Dictionary() string {
	c := CodecOf(r.c)
	var b strings.Builder
	entry := func(comment string, in *Input) {
		fmt.Fprintf(&b, "# %s\n\"", comment)
		for _, v := range c.Encode(in) {
			fmt.Fprintf(&b, "\\x%02x", v)
		}
		b.WriteString("\"\n")
	}
	in := &Input{}
	for cpu := range c.cpus {
		for op := range r.c.Ops {
			c.clear(in)
			in.Programs[cpu] = []uint8{uint8(op)}
			entry(fmt.Sprintf("CPU%d: %s", cpu, r.c.Ops[op].Name), in)
		}
	}
	for cpu := range c.cpus {
		for n, name := range []string{"until it blocks", "one line"} {
			c.clear(in)
			in.Bursts = []Burst{{uint8(cpu), uint8(n)}}
			entry(fmt.Sprintf("run CPU%d, %s", cpu, name), in)
		}
	}
	for i := range r.c.Boots {
		c.clear(in)
		in.Boot = i
		for cpu, p := range r.c.Boots[i].Programs {
			in.Programs[cpu] = append(in.Programs[cpu], p...)
		}
		if len(c.Encode(in)) > 0 {
			entry("workload "+r.c.Boots[i].Name, in)
		}
	}
	return b.String()
}
