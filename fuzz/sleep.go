package fuzz

// sleepers returns those of some CPUs of the node at hand that sleep behind the
// next line of another one: they slept before it, or were executed before it in the
// same visit of the node, and the line commutes with theirs. Their lines need not
// be executed there, since they are where they go first (sleep sets, Godefroid, as
// in [persistent]). What a line touches is what was ever touched at its place.
//
// A node that is reached in several ways leaves asleep who sleeps in all of them. If
// it was expanded before, those of the chosen CPUs that have awoken are executed
// then, in another visit.
//
// # Why that is sound
//
// Call a run from a node fresh if none of the orders that commuting makes of its
// lines begins with one that sleeps there. All runs from the first node are fresh,
// and the claim of [persistent] holds for fresh ones:
//
//   - If lines of executed CPUs can go first in the run, take one of the last visit
//     that has executed any, and of that visit the first. The rest of the run is
//     fresh behind it. Else a line asleep there could go first, in the run itself,
//     too, as it commutes with the one taken; it would sleep in the node, or be one
//     of the executed that should have been taken.
//   - If none can, the line to the node with a higher number commutes with the whole
//     run, which is fresh behind it, for the same reason.
//   - That the choice is persistent is needed for fresh runs only. Take the run whose
//     last line fails to commute, as there. If it were not fresh behind the line in
//     front, its last line would sleep there and could go first. Then it would not be
//     one that touches what the line in front has changed: such a line does so in
//     the node already, and does not fall asleep. So it does the same with and
//     without the line in front, and could go first in the node, too, where it
//     sleeps as well: the run was not fresh.
//
// There are fewer lines for it, and mostly fewer states. But some states are reached
// later, so that more nodes have no successor with a higher number and are expanded
// fully; where four CPUs scan and fault (BenchmarkReductions in package refcount),
// that is more than what is saved: 1,099,276 states, without sleep sets 776,881.
//
// Whether an end can be reached is another matter: a run to it need not be searched
// from every node that it begins in. So each node executes at least one line, and
// where no end is found the sleepers are woken, until there is one or none sleeps,
// see [explorer.wake].
func (p *persistent[S, L]) sleepers(set uint8, cpu int) uint8 {
	ran := &p.sites[p.at[cpu]].ran
	for other := range p.cpus {
		if bit := uint8(1) << other; set&bit != 0 && p.sites[p.at[other]].ran.Meets(ran) {
			set &^= bit
		}
	}
	return set
}

// rouse takes note that a known node was reached once more, with fewer CPUs
// asleep, perhaps. If it was expanded before, their lines remain to be executed.
func (e *explorer[S, L]) rouse(id uint32, sleep uint8) {
	before := e.t.sleep(id)
	if before&^sleep == 0 {
		return
	}
	e.t.setSleep(id, before&sleep)
	if set := before &^ sleep & e.t.chosen(id); id < e.past && set != 0 {
		e.por.roused = append(e.por.roused, deferred{id, set})
	}
}

// wake executes what sleeps in the nodes from which no end was found, and reports
// whether there was any: the way to an end may begin with it.
func (e *explorer[S, L]) wake() bool {
	if e.por == nil {
		return false
	}
	var late []deferred
	ends := e.ends()
	for id := range uint32(e.t.n) {
		if set := e.t.sleep(id) & e.t.chosen(id); !ends.has(id) && set != 0 {
			late = append(late, deferred{id, set})
			e.t.setSleep(id, 0)
		}
	}
	e.postpone(late)
	return len(late) > 0
}
