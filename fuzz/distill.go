package fuzz

// A Weighed input is what [Distill] needs to know of one.
type Weighed struct {
	Coverage
	Bytes int  // its length
	Keep  bool // whether it must be kept
}

// Distill returns which inputs to keep so that they cover what all do. It is
// greedy: again and again it takes the input that adds most features, of two
// equal ones the shorter, then the earlier. Greedy sets are larger than the
// smallest by a factor of at most 1 + ln(features of the largest input); see
// Chvatal, A greedy heuristic for the set-covering problem, 1979.
func Distill(inputs []Weighed) (keep []bool) {
	keep = make([]bool, len(inputs))
	covered := Coverage{}
	for i := range inputs {
		if inputs[i].Keep {
			keep[i] = true
			covered.Add(inputs[i].Coverage)
		}
	}
	for {
		best, most := -1, 0
		for i := range inputs {
			if keep[i] {
				continue
			}
			n := inputs[i].adds(covered)
			if n > most || n == most && best >= 0 && inputs[i].Bytes < inputs[best].Bytes {
				best, most = i, n
			}
		}
		if best < 0 {
			return keep
		}
		keep[best] = true
		covered.Add(inputs[best].Coverage)
	}
}

// adds returns how many features of c are not among those covered.
func (c Coverage) adds(covered Coverage) (n int) {
	for f := range c {
		if !covered[f] {
			n++
		}
	}
	return n
}
