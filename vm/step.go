package vm

import "unsafe"

// Status is the outcome of a step.
type Status uint8

const (
	Ran     Status = iota // the line was executed
	Blocked               // the line cannot go on yet; the state is untouched
	Idle                  // the CPU has come to the end of its program
)

// Step executes one line of a CPU that has something to do. Choice selects the
// outcome of a nondeterministic line; [Exec.Choices] tells how many there were.
func (m *Machine[S, L]) Step(x *Exec, s *S, cpu, choice int) Status {
	_, status := m.Burst(x, s, cpu, 1, choice)
	return status
}

// Burst executes up to n lines of a CPU, as Step does, and returns how many
// were executed. It stops behind a line that has several outcomes or shows a
// bug, at a line that blocks, and when the CPU is idle; what [Exec] tells is
// about the line executed or tried last.
func (m *Machine[S, L]) Burst(x *Exec, s *S, cpu, n, choice int) (lines int, status Status) {
	c := m.CPU(s, cpu)
	x.reset(cpu, choice, &c.head, unsafe.Pointer(s))
	for lines < n {
		if c.head.depth == 0 {
			return m.idle(x, s, c, cpu, lines)
		}
		f := &c.frame[c.head.depth-1]
		fn := &m.fn[f.fn]
		x.fn, x.Line, x.note = f.fn, int(f.line), note{}
		if fn.naps && fn.sleeps[f.line] && c.head.atomic() {
			x.Bug(SleepInAtomic, -1, "")
		}
		next := fn.step(s, x, &f.loc)
		if x.locked != nil {
			m.locked(x, c)
		}
		switch {
		case next == Fall:
			f.line = fn.next[f.line+1]
		case next < call: // a jump
			f.line = fn.next[next-jump]
		case next < Return: // a call
			f.line = fn.next[f.line+1]
			m.push(c, Func(next-call))
			f = &c.frame[c.head.depth-1]
			fn = &m.fn[f.fn]
		case next == Return:
			f.line = fn.end
		default:
			return lines, Blocked
		}
		if f.line == fn.end {
			m.unwind(x, s, c, cpu)
		}
		lines++
		if !x.Plain() {
			break
		}
	}
	return lines, Ran
}

// idle lets a CPU of an open workload begin an operation, which counts as a line.
func (m *Machine[S, L]) idle(x *Exec, s *S, c *CPU[L], cpu, lines int) (int, Status) {
	x.note = note{}
	if int(c.head.op) >= x.work.Any {
		return lines, Idle
	}
	m.begin(x, s, c, x.Choose(len(m.Class.Ops)))
	return lines + 1, Ran
}
