package fuzz

import (
	"fmt"

	"github.com/vmrace/vmrace/fuzz/sched"
)

// draws are dice that fall, one schedule after the other, in every way there is.
type draws struct {
	dice []die
	at   int
}

type die struct{ value, sides int }

// IntN returns the next draw of the way at hand.
func (d *draws) IntN(n int) int {
	if d.at == len(d.dice) {
		d.dice = append(d.dice, die{0, n})
	}
	d.at++
	return d.dice[d.at-1].value
}

// next goes on to the next way, if there is one.
func (d *draws) next() bool {
	d.at = 0
	for len(d.dice) > 0 {
		last := &d.dice[len(d.dice)-1]
		if last.value++; last.value < last.sides {
			return true
		}
		d.dice = d.dice[:len(d.dice)-1]
	}
	return false
}

// probability returns how likely this way is.
func (d *draws) probability() float64 {
	p := 1.0
	for _, die := range d.dice {
		p /= float64(die.sides)
	}
	return p
}

// defaultWays limits the draws that are tried.
const defaultWays = 10_000_000

// everyDraw plays a scheduler with every draw and returns bounds for the
// probability of the bug: what was given up may be one. It returns the number of
// schedules too, and the limit that was hit, if one was.
func (r *player[S, L]) everyDraw(sc sched.Scheduler, d *draws, limit int) (low, high float64, ways int, hit string) {
	if limit == 0 {
		limit = defaultWays
	}
	for more := true; more; more = d.next() {
		if ways == limit {
			return 0, 1, ways, fmt.Sprintf("the limit of %d schedules was hit", limit)
		}
		ways++
		sc.Begin()
		switch r.play(sc) {
		case bitten:
			low += d.probability()
			high += d.probability()
		case givenUp:
			high += d.probability()
		}
	}
	return min(low, 1), min(high, 1), ways, ""
}
