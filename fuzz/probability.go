package fuzz

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// MaxError is how far apart the bounds of a [Probability] may be, as a share of
// it, if the workload has cycles. Rounding comes on top, about 1e-16 of the
// result for each line. A bug that no schedule shows has a probability of 0.
const MaxError = 1e-9

// A Probability is the probability that one schedule of a scheduler shows a
// bug. It is computed, not sampled.
type Probability struct {
	Race      string  `json:"race"`
	Kernel    string  `json:"kernel"`
	Boot      string  `json:"workload"`
	Sched     string  `json:"sched"`
	Scheduler string  `json:"scheduler"`
	Bug       string  `json:"bug,omitempty"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	States    int     `json:"states,omitempty"`    // with the scheduler's memory, unless every draw was tried
	Schedules int     `json:"schedules,omitempty"` // if every draw was tried
	Limit     string  `json:"limit,omitempty"`     // that was hit; Low and High may be far apart then
}

func (r *race[S, L]) Probability(k vm.Kernel, s vm.Sched, spec sched.Spec, bug, workload string, o Options) ([]Probability, error) {
	boots, err := r.workloads(k, workload)
	if err != nil {
		return nil, err
	}
	m := vm.New(r.c, k, s)
	var out []Probability
	for _, b := range boots {
		p, err := ProbabilityOf(m, b, &vm.Workload{Programs: b.Programs}, spec, bug, o)
		if err != nil {
			return nil, err
		}
		p.Race, p.Kernel, p.Boot, p.Sched = r.c.Name, k.Name, b.Name, s.String()
		out = append(out, p)
	}
	return out, nil
}

// ProbabilityOf computes the probability of the bug of that name, or of any bug
// if the name is empty, in one schedule of a workload. Schedulers with a
// [sched.Law], and those that are a [sched.Rememberer], are computed by solving the
// Markov chain of the states, PCT by trying every draw. Of those that draw nothing
// it returns an error. The chain of a Rememberer has at most a million nodes,
// unless MaxStates says otherwise.
//
// A schedule shows the bug at most once; other bugs are passed over, unless the
// kernel stops at them. A schedule that goes round for ever has probability 0
// as long as a way leads out of the circle; without one it is a livelock.
func ProbabilityOf[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, spec sched.Spec, bug string, o Options) (Probability, error) {
	out := Probability{Scheduler: spec.String(), Bug: bug}
	if err := singleSchedule(bug); err != nil {
		return out, err
	}
	d := &draws{}
	sc, err := spec.New(profile(m, boot, w), d)
	if err != nil {
		return out, err
	}
	if mv := moverOf(m, w, sc, d); mv != nil {
		g := newChain(m, boot, w, bug, mv)
		out.Low, out.High, out.Limit = g.bounds(o)
		out.States = len(g.nodes)
		return out, nil
	}
	if !spec.Drawn() {
		return out, fmt.Errorf("the probability of scheduler %s is not computed: it tries every schedule and draws none", spec)
	}
	out.Low, out.High, out.Schedules, out.Limit = newPlayer(m, boot, w, bug).everyDraw(sc, d, o.MaxStates)
	return out, nil
}

// moverOf returns what makes a chain of a scheduler, nil if it is none.
func moverOf[S, L comparable](m *vm.Machine[S, L], w *vm.Workload, sc sched.Scheduler, d *draws) mover[S, L] {
	if law, ok := sched.LawOf(sc); ok {
		return lawful[S, L]{law}
	}
	if r, ok := sc.(sched.Rememberer); ok {
		return newMindful(m, w, r, d)
	}
	return nil
}

// singleSchedule returns an error for a bug that no single schedule shows.
func singleSchedule(bug string) error {
	if kind := string(vm.Inversion); strings.HasPrefix(bug, kind) {
		return fmt.Errorf("a %s is known of all schedules together, not of one: use check", kind)
	}
	return nil
}
