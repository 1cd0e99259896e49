package fuzz

// Minimise shrinks an input that shows the bug of that name. What it returns
// shows the same bug, with as few operations, then preemptions, then lines,
// then bytes as its passes find: whole CPUs and operations first, then bursts,
// their lengths and choices. It works on instructions, not on bytes, and is
// done when no pass helps any more. An input that does not show the bug is
// returned as it is.
func (r *Runner[S, L]) Minimise(c Codec, in *Input, bug string) *Input {
	p := &minimiser[S, L]{r: r, c: c, bug: bug}
	w, ok := p.weigh(in)
	if !ok {
		return in
	}
	p.best, p.weight = in.Clone(), w
	for again := true; again; {
		again = p.dropCPUs() || p.dropOps() || p.reschedule() || p.dropBursts() || p.joinBursts() ||
			p.shortenBursts() || p.dropChoices() || p.lowerBoot()
	}
	return p.best
}

type minimiser[S, L comparable] struct {
	r      *Runner[S, L]
	c      Codec
	bug    string
	best   *Input
	weight weight
}

// A weight orders inputs that show the bug.
type weight [4]int // operations, preemptions, lines up to the bug, bytes

func (w weight) less(v weight) bool {
	for i := range w {
		if w[i] != v[i] {
			return w[i] < v[i]
		}
	}
	return false
}

// weigh runs an input; ok is false if it does not show the bug.
func (p *minimiser[S, L]) weigh(in *Input) (w weight, ok bool) {
	res := p.r.Run(in)
	i := res.Bug(p.bug)
	if i < 0 {
		return w, false
	}
	for _, program := range in.Programs {
		w[0] += len(program)
	}
	moves := res.Moves[:min(res.At[i]+1, len(res.Moves))]
	w[1] = Preemptions(p.r.m, in.Boot, in.Programs, moves)
	w[2] = len(moves)
	w[3] = len(p.c.Encode(in))
	return w, true
}

// keep takes a candidate if it is lighter.
func (p *minimiser[S, L]) keep(in *Input) bool {
	p.c.normalise(in)
	w, ok := p.weigh(in)
	if !ok || !w.less(p.weight) {
		return false
	}
	p.best, p.weight = in, w
	return true
}

func (p *minimiser[S, L]) dropCPUs() bool {
	done := false
	for cpu := range p.best.Programs {
		if len(p.best.Programs[cpu]) > 0 {
			in := p.best.Clone()
			in.Programs[cpu] = nil
			done = p.keep(in) || done
		}
	}
	return done
}

func (p *minimiser[S, L]) dropOps() bool {
	done := false
	for cpu := range p.best.Programs {
		for i := len(p.best.Programs[cpu]) - 1; i >= 0; i-- {
			in := p.best.Clone()
			in.Programs[cpu] = append(in.Programs[cpu][:i], in.Programs[cpu][i+1:]...)
			done = p.keep(in) || done
		}
	}
	return done
}

// reschedule says the schedule that was executed once more, in the fewest
// bursts: the CPUs finish by themselves what the last ones did.
func (p *minimiser[S, L]) reschedule() bool {
	moves := append([]Move(nil), p.r.Run(p.best).Moves...)
	in := InputOf(p.r.m, p.best.Boot, p.best.Programs, moves)
	for n := len(in.Bursts) - 1; n >= 0; n-- {
		shorter := in.Clone()
		shorter.Bursts = shorter.Bursts[:n]
		if w, ok := p.weigh(shorter); !ok || p.weight.less(w) {
			break
		}
		in = shorter
	}
	return p.keep(in)
}

// dropBursts removes runs of bursts, long ones first.
func (p *minimiser[S, L]) dropBursts() bool {
	done := false
	for n := len(p.best.Bursts); n > 0; n /= 2 {
		for i := 0; i+n <= len(p.best.Bursts); {
			in := p.best.Clone()
			in.Bursts = append(in.Bursts[:i], in.Bursts[i+n:]...)
			if p.keep(in) {
				done = true
				continue
			}
			i++
		}
	}
	return done
}

// joinBursts moves a burst next to an earlier one of the same CPU.
func (p *minimiser[S, L]) joinBursts() bool {
	for i := range p.best.Bursts {
		for j := i + 2; j < len(p.best.Bursts); j++ {
			if p.best.Bursts[i].CPU == p.best.Bursts[j].CPU && (p.move(j, i+1) || p.move(i, j-1)) {
				return true
			}
		}
	}
	return false
}

// move takes the burst at i out and puts it in again at j.
func (p *minimiser[S, L]) move(i, j int) bool {
	in := p.best.Clone()
	b := in.Bursts[i]
	in.Bursts = append(in.Bursts[:i], in.Bursts[i+1:]...)
	in.Bursts = append(in.Bursts[:j], append([]Burst{b}, in.Bursts[j:]...)...)
	return p.keep(in)
}

func (p *minimiser[S, L]) shortenBursts() bool {
	done := false
	for i := 0; i < len(p.best.Bursts); i++ {
		for n := 1; i < len(p.best.Bursts) && n <= p.c.longest(); n++ {
			if old := int(p.best.Bursts[i].N); old != 0 && n >= old {
				break
			}
			in := p.best.Clone()
			in.Bursts[i].N = uint8(n)
			if p.keep(in) {
				done = true
				break
			}
		}
	}
	return done
}

func (p *minimiser[S, L]) dropChoices() bool {
	done := false
	for cpu := range p.best.Choices {
		for i := len(p.best.Choices[cpu]) - 1; i >= 0; i-- {
			if i >= len(p.best.Choices[cpu]) {
				continue
			}
			in := p.best.Clone()
			in.Choices[cpu] = append(in.Choices[cpu][:i], in.Choices[cpu][i+1:]...)
			if p.keep(in) {
				done = true
				continue
			}
			in = p.best.Clone()
			in.Choices[cpu][i] = 0
			done = p.keep(in) || done
		}
	}
	return done
}

func (p *minimiser[S, L]) lowerBoot() bool {
	boots := p.r.m.Class.Boots
	for boot := range p.best.Boot {
		if !boots[boot].Fits(p.r.m.Kernel.Patches) {
			continue // decoding would take another one
		}
		in := p.best.Clone()
		in.Boot = boot
		if p.keep(in) {
			return true
		}
	}
	return false
}
