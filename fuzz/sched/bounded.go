package sched

// A bounded scheduler tries every schedule that costs no more than a bound,
// depth first, with the bounds 0, 1, 2 and so on up to a maximum: cheap
// schedules come first. It remembers the decisions of the current schedule
// only. Each bound begins anew, so that a schedule that costs less is tried
// again; most cost as much as the bound allows.
//
// It assumes that the same decisions lead to the same points again.
type bounded struct {
	price price
	max   int // the last bound; -1: none

	bound  int
	pruned bool // a schedule was left out at this bound
	begun  bool
	stack  []decision
	at     int // decisions made in the current schedule
}

// A price tells the CPUs that may run next, the one that runs by itself first,
// and the cost of each.
type price interface {
	options(p *Point, d *decision)
}

// A decision is a point of a schedule with its options.
type decision struct {
	n, taken int
	option   [MaxCPUs]uint8 // CPUs; unused for the outcome of a line, where option i is i
	cost     [MaxCPUs]uint8
}

func (d *decision) add(cpu, cost int) {
	d.option[d.n], d.cost[d.n] = uint8(cpu), uint8(cost)
	d.n++
}

// Begin goes on to the next schedule, or to the next bound.
func (s *bounded) Begin() bool {
	s.at = 0
	if !s.begun {
		s.begun = true
		return true
	}
	if s.advance() {
		return true
	}
	if !s.pruned || s.bound == s.max {
		return false
	}
	s.bound++
	s.pruned = false
	return true
}

// advance takes the next option of the last decision that has one within the
// bound, and forgets those behind it.
func (s *bounded) advance() bool {
	spent := 0
	for i := range s.stack {
		spent += int(s.stack[i].price())
	}
	for len(s.stack) > 0 {
		d := &s.stack[len(s.stack)-1]
		spent -= int(d.price())
		for d.taken++; d.taken < d.n; d.taken++ {
			if spent+int(d.price()) <= s.bound {
				return true
			}
			s.pruned = true
		}
		s.stack = s.stack[:len(s.stack)-1]
	}
	return false
}

// price returns the cost of the option that is taken.
func (d *decision) price() uint8 {
	if d.taken < MaxCPUs {
		return d.cost[d.taken]
	}
	return 0
}

// Next returns the CPU that the decisions say, and behind them the one that
// runs by itself.
func (s *bounded) Next(p *Point) int {
	if s.at == len(s.stack) {
		s.stack = append(s.stack, decision{})
		s.price.options(p, &s.stack[s.at])
	}
	d := &s.stack[s.at]
	s.at++
	return int(d.option[d.taken])
}

// Choose tries every outcome; that costs nothing.
func (s *bounded) Choose(n int) int {
	if s.at == len(s.stack) {
		s.stack = append(s.stack, decision{n: n})
	}
	d := &s.stack[s.at]
	s.at++
	return d.taken
}
