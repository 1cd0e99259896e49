package sched

// SURW is the selectively uniform random walk: the interleavings of some
// interesting lines are all equally likely, the other lines run as in a random
// walk. Interesting are, in each schedule, the lines that touch one word: a word
// of choice, or one drawn from those that race in the [Profile].
//
// Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing",
// ASPLOS 2025, algorithm 2: one CPU is drawn to execute the next interesting
// line, with a probability proportional to the interesting lines that are left
// to it; a CPU that comes to an interesting line before its turn waits. If all
// wait, the draw is made again, as the one whose turn it is waits for a lock or
// has fewer such lines than foreseen.
type SURW struct {
	words []Word
	dice  Dice

	word    int          // index in words
	left    [MaxCPUs]int // interesting lines
	waiting Set
	turn    int // CPU of the next interesting line; -1: not drawn
}

// NewSURW returns a scheduler that draws among these words.
func NewSURW(words []Word, d Dice) *SURW { return &SURW{words: words, dice: d} }

// Begin draws the word.
func (s *SURW) Begin() bool {
	s.word, s.left, s.waiting, s.turn = 0, [MaxCPUs]int{}, 0, -1
	if n := len(s.words); n > 0 {
		s.word = s.dice.IntN(n)
		s.left = s.words[s.word].Lines
	}
	return true
}

// Next draws a CPU until one may execute its line.
func (s *SURW) Next(p *Point) int {
	others := p.Others()
	for {
		if others&^s.waiting == 0 {
			s.waiting, s.turn = 0, -1
		}
		free := others &^ s.waiting
		cpu := free.pick(s.dice)
		if !s.interesting(p, cpu) {
			return cpu
		}
		s.left[cpu] = max(s.left[cpu], 1)
		if s.turn < 0 {
			s.turn = s.draw(free)
		}
		if cpu == s.turn {
			s.left[cpu]--
			s.waiting, s.turn = 0, -1
			return cpu
		}
		s.waiting |= 1 << cpu
	}
}

func (s *SURW) interesting(p *Point, cpu int) bool {
	if len(s.words) == 0 {
		return false
	}
	for _, a := range p.Foot[cpu].Accesses {
		if a.Off == s.words[s.word].Off {
			return true
		}
	}
	return false
}

// draw returns a CPU, with a probability proportional to what is left to it.
func (s *SURW) draw(of Set) int {
	var w Weights
	for cpu := range w {
		if of.Has(cpu) {
			w[cpu] = uint32(s.left[cpu])
		}
	}
	n := s.dice.IntN(w.Sum())
	for cpu, v := range w {
		if n -= int(v); n < 0 {
			return cpu
		}
	}
	panic("sched: no interesting line is left: was the one at hand not counted?")
}

// Choose draws the outcome.
func (s *SURW) Choose(n int) int { return s.dice.IntN(n) }

// Memory returns the word, what is left to each CPU, and who waits for whom.
func (s *SURW) Memory() (m Memory) {
	for cpu, n := range s.left {
		m[cpu] = uint16(n)
	}
	m[MaxCPUs], m[MaxCPUs+1], m[MaxCPUs+2] = uint16(s.word), uint16(s.waiting), uint16(s.turn+1)
	return m
}

// Recall restores it.
func (s *SURW) Recall(m Memory) {
	for cpu := range s.left {
		s.left[cpu] = int(m[cpu])
	}
	s.word, s.waiting, s.turn = int(m[MaxCPUs]), Set(m[MaxCPUs+1]), int(m[MaxCPUs+2])-1
}
