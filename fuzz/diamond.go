package fuzz

// Two lines that commute make a diamond: either may go first, to the same state.
// Most lines of a search are the second way round one, so that it pays to see that
// before they are executed. No state is left out, for it follows a node with a lower
// number, too.
//
// Let a line of CPU B be how the node at hand was first reached from its parent, and
// a line of CPU A be next, with A < B. It is passed over if neither line changes what
// the other one touches. What the line of A touches is known from the parent, where A
// stood before the same line: it was executed there, or it was passed over there since
// it was known already, and what it touches was the same. So in the parent A went
// before B, to a node whose number is lower than that of the node at hand, whether it
// was fresh then or not, and the line of B leads from there to where that of A leads
// from here. The node at hand is not the first one that leads to that state, and the
// first one never passes it over. So numbers and origins are those of a search that
// passes nothing over; an exit need not be the highest successor.
//
// A line that has blocked, shown a bug or looked at other CPUs in some state is never
// passed over, so that bugs, ends and the number of lines are the same, too.
//
// This is half of a sleep set (Godefroid, 1996), which keeps all the lines that need
// not be executed, in a search that may have to come back for them.
//
// All this holds if footprints are honest, see [Lies]. So lines that could be passed
// over are executed, now and then and the first time that two footprints are the
// reason. They must not lead to a fresh state.

// doubtEvery is of how many lines that could be passed over one is executed.
const doubtEvery = 256

// A plan is what to do with the CPUs of a node, one bit each.
type plan struct {
	over  uint8 // pass them over
	audit uint8 // execute them, though they could be passed over
}

// A passage is what it takes to pass over lines of the node at hand.
type passage struct {
	plan
	by    int    // the CPU that has led to the node
	foot  uint16 // what its line touched
	audit bool   // the line at hand could be passed over
	skips bool   // some line was
	spare Move   // and this is one
}

// prepare makes the plans for the nodes of a block, and reads the memory that
// executing them will need. The reads do not depend on each other, so that the
// processor waits for memory once, not once per node.
func (w *worker[S, L]) prepare(b *block) {
	w.plans, w.causes = w.plans[:0], w.causes[:0]
	for _, id := range b.ids {
		var p plan
		if k := w.e.t.key(id); k != nil {
			p = w.plan(id, k)
		}
		w.plans = append(w.plans, p)
	}
	w.fetched += w.e.memo.touch(w.causes)
}

func (w *worker[S, L]) plan(id uint32, k key) (p plan) {
	foot, by := w.trodden(id)
	for cpu := range w.e.cpus {
		h := w.habits.habit(k[keyCPU+cpu])
		if h.ended {
			continue
		}
		if cpu < by && h.plain() {
			apart, audit := w.apart(h.foot, foot)
			if apart && !audit {
				p.over |= 1 << cpu
				continue
			}
			if audit {
				p.audit |= 1 << cpu
			}
		}
		w.causes = append(w.causes, newCause(k[keyRest], k[keyCPU+cpu], Move{CPU: uint8(cpu)}))
	}
	return p
}

// trodden returns what the line touched that has first led to a node, and its CPU.
func (w *worker[S, L]) trodden(id uint32) (foot uint16, by int) {
	if !w.e.diamonds || id == 0 {
		return anything, 0
	}
	return w.e.t.foot(id)
}

// apart reports whether two lines commute, by their footprints, so that one can be
// passed over, and whether it is time to execute it nevertheless.
func (w *worker[S, L]) apart(a, b uint16) (apart, audit bool) {
	if a == anything || b == anything {
		return false, false
	}
	r := w.relations.of(a, b, w.e.feet)
	if *r == rivals {
		return false, false
	}
	w.passed++
	audit = w.passed%doubtEvery == 0 || *r == untried && !w.e.o.trusting
	*r = friends
	return true, audit
}

// passes reports whether one outcome of a line that has several is passed over.
func (w *worker[S, L]) passes(m Move, h *habit) bool {
	p := &w.pass
	if h.choices < 2 || int(m.CPU) >= p.by || !h.plain() || p.plan.audit>>m.CPU&1 != 0 {
		return false
	}
	apart, audit := w.apart(w.habits.foot(w.key[keyCPU+m.CPU], m.Choice), p.foot)
	p.audit = audit
	return apart && !audit
}

// skip passes over lines.
func (w *worker[S, L]) skip(b *block, m Move, lines int) {
	w.pass.skips = true
	w.pass.spare = m
	b.lines += lines
}

// lied says which line, behind which, does not commute as their footprints say.
func (e *explorer[S, L]) lied(n *succ) string {
	x, s := e.m.Exec(e.w), new(S)
	e.m.Boot(x, s, e.from)
	var line, before string
	for _, m := range append(e.t.path(n.from), n.move) {
		line, before = lineOf(e.m, e.m.CPU(s, int(m.CPU))), line
		e.m.Step(x, s, int(m.CPU), int(m.Choice))
	}
	return "fuzz: " + line + " behind " + before + " has led where it does not lead before it: does one of them touch what its footprint leaves out?"
}
