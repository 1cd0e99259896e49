package sched

// URW is the uniform random walk over interleavings: each CPU that can run runs
// next with a probability proportional to the lines that it has still to
// execute, so that every interleaving of independent CPUs is equally likely.
//
// Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing",
// ASPLOS 2025, algorithm 1. The numbers of lines are those of the [Profile]: a
// CPU that executes more than that keeps the weight of one line. Our CPUs all
// exist from the start, so that no weight passes from parent to child.
type URW struct {
	lines [MaxCPUs]uint16
}

// NewURW returns the law for the numbers of lines of a profile.
func NewURW(p *Profile) URW {
	var u URW
	for cpu, n := range p.Lines {
		u.lines[cpu] = uint16(max(1, min(n, 1<<16-1)))
	}
	return u
}

// Weigh gives each CPU the number of lines that are left to it.
func (u URW) Weigh(ready Set, m Memory) (w Weights) {
	for cpu := range w {
		if ready.Has(cpu) {
			w[cpu] = uint32(u.lines[cpu] - m[cpu])
		}
	}
	return w
}

// After counts the lines of each CPU, but for the last of those foreseen.
func (u URW) After(m Memory, cpu int) Memory {
	if m[cpu] < u.lines[cpu]-1 {
		m[cpu]++
	}
	return m
}
