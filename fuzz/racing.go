package fuzz

// race finds the lines that race: a CPU looks at a word, another one changes
// it, the first acts on what it saw. In a schedule with a preemption these are
// the last line before it that touched the word, the line of the other CPU that
// wrote it, and the next line that touches the word after it. Of several such
// words the one with the narrowest window counts. Where the other CPU only read
// what the first one writes, that line stands in the middle. A schedule without
// a preemption is told by the line that showed the bug and the last line of
// another CPU that it conflicts with.
func (t *Trace) race() {
	for _, writes := range []bool{true, false} {
		best := len(t.Steps) + 1
		for left := range t.Steps[:max(0, len(t.Steps)-1)] {
			if t.Steps[left+1].Preempts {
				t.window(left, writes, &best)
			}
		}
		if t.Racing != nil {
			return
		}
	}
	t.Racing = []int{}
	t.lastConflict()
}

// window looks for three racing lines round the preemption after step left.
func (t *Trace) window(left int, writes bool, best *int) {
	a := t.Steps[left].CPU
	for k := left + 1; k < len(t.Steps); k++ {
		if t.Steps[k].CPU == a {
			continue
		}
		for _, acc := range t.Steps[k].foot.Accesses {
			before, _ := t.touched(left, -1, a, acc.Off)
			after, wrote := t.touched(k+1, 1, a, acc.Off)
			if before < 0 || after < 0 || acc.Write != writes || !acc.Write && !wrote {
				continue
			}
			if after-before < *best {
				*best = after - before
				t.Racing, t.Word = []int{before, k, after}, t.layout.Name(acc.Off)
			}
		}
	}
}

// touched returns the nearest step of a CPU, going in a direction, that
// touches a word.
func (t *Trace) touched(from, dir, cpu int, off uint16) (step int, wrote bool) {
	for i := from; i >= 0 && i < len(t.Steps); i += dir {
		if t.Steps[i].CPU != cpu {
			continue
		}
		hit := false
		for _, acc := range t.Steps[i].foot.Accesses {
			if acc.Off == off {
				hit, wrote = true, wrote || acc.Write
			}
		}
		if hit {
			return i, wrote
		}
	}
	return -1, false
}

func (t *Trace) lastConflict() {
	if len(t.Sightings) == 0 {
		return
	}
	end := min(t.Sightings[0].Step, len(t.Steps)-1)
	for i := end - 1; i >= 0; i-- {
		if t.Steps[i].CPU == t.Steps[end].CPU {
			continue
		}
		if off, ok := t.Steps[i].foot.Conflict(&t.Steps[end].foot); ok {
			t.Racing, t.Word = []int{i, end}, t.layout.Name(off)
			return
		}
	}
}
