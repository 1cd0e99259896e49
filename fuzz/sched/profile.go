package sched

import "slices"

// A Profile is what a first run tells of the lines to come: how many each CPU
// executes, and which words race. The run is the one without preemptions, in the
// order of the CPUs; other schedules may have more lines or fewer.
type Profile struct {
	CPUs   int
	Lines  [MaxCPUs]int
	Racing []Word // by offset
}

// A Word is a word of the state that two CPUs touch, one of them to write it.
type Word struct {
	Off   uint16
	Name  string       // may be left empty
	Lines [MaxCPUs]int // that touch it, per CPU
}

// Named returns the racing words of that name, all if it is empty.
func (p *Profile) Named(name string) []Word {
	if name == "" {
		return p.Racing
	}
	var words []Word
	for _, w := range p.Racing {
		if w.Name == name {
			words = append(words, w)
		}
	}
	return words
}

// Len returns the number of lines of all CPUs.
func (p *Profile) Len() int {
	n := 0
	for _, lines := range p.Lines {
		n += lines
	}
	return n
}

// A Profiler is the scheduler of that first run. It has one schedule.
type Profiler struct {
	Replay
	cpus    int
	lines   [MaxCPUs]int
	words   map[uint16]*Word
	written map[uint16]bool
}

// NewProfiler returns the scheduler of a first run of so many CPUs.
func NewProfiler(cpus int) *Profiler {
	return &Profiler{cpus: cpus, words: map[uint16]*Word{}, written: map[uint16]bool{}}
}

// Next counts what the next line touches.
func (s *Profiler) Next(p *Point) int {
	cpu := s.Replay.Next(p)
	s.lines[cpu]++
	var seen []uint16
	for _, a := range p.Foot[cpu].Accesses {
		s.written[a.Off] = s.written[a.Off] || a.Write
		if slices.Contains(seen, a.Off) {
			continue
		}
		seen = append(seen, a.Off)
		if s.words[a.Off] == nil {
			s.words[a.Off] = &Word{Off: a.Off}
		}
		s.words[a.Off].Lines[cpu]++
	}
	return cpu
}

// Profile returns what the run has told so far.
func (s *Profiler) Profile() *Profile {
	p := &Profile{CPUs: s.cpus, Lines: s.lines}
	for off, w := range s.words {
		if s.written[off] && w.users() > 1 {
			p.Racing = append(p.Racing, *w)
		}
	}
	slices.SortFunc(p.Racing, func(a, b Word) int { return int(a.Off) - int(b.Off) })
	return p
}

func (w *Word) users() int {
	n := 0
	for _, lines := range w.Lines {
		if lines > 0 {
			n++
		}
	}
	return n
}
