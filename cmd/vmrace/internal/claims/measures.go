package claims

import (
	"fmt"
	"math"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/invalidate"
	"github.com/vmrace/vmrace/lrulock"
	"github.com/vmrace/vmrace/migrate"
	"github.com/vmrace/vmrace/objrmap"
	"github.com/vmrace/vmrace/vm"
)

// improbable is the probability at which the table draws the line.
const improbable = 0.01

const (
	above = true
	below = false
)

// probability is how likely a random schedule of a workload of page release owes
// a page twice.
func (m *Machine) probability(workload, kernel string, model vm.Sched) fuzz.Probability {
	for _, p := range m.probabilities(kernel, model) {
		if p.Boot == workload {
			return p
		}
	}
	panic(fmt.Sprintf("claims: page-release, kernel %s has no workload %q: was it renamed?", kernel, workload))
}

// probabilities computes those of all workloads, once for each kernel and model.
func (m *Machine) probabilities(kernel string, model vm.Sched) []fuzz.Probability {
	key := kernel + " " + model.String()
	if p, ok := m.computed[key]; ok {
		return p
	}
	r := m.Race("page-release")
	k, err := r.Kernel(kernel)
	if err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	random, err := sched.Parse("random")
	if err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	p, err := r.Probability(k, model, random, obligation, "", m.Options)
	if err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	m.computed[key] = p
	return p
}

// likely says on which side of the line the probability of a workload is.
func likely(workload, kernel string, model vm.Sched, side bool) Evidence {
	command := fmt.Sprintf("vmrace probability -race page-release -kernel %s -workload %s -bug '%s'", kernel, workload, obligation)
	if model != vm.SMP {
		command += " -sched " + model.String()
	}
	return measured(command, func(m *Machine) (string, bool) {
		p := m.probability(workload, kernel, model)
		return odds(p), p.Limit == "" && p.Low > 0 && p.Low > improbable == side
	})
}

// odds is a probability as one in so many schedules.
func odds(p fuzz.Probability) string {
	switch one := 1 / p.Low; {
	case p.Limit != "":
		return "unknown, a limit was hit: " + p.Limit
	case p.High == 0:
		return "none"
	case one < 100:
		return fmt.Sprintf("1 in %.1f", one)
	default:
		return fmt.Sprintf("1 in %.0f", one)
	}
}

// oddsTable is a table of the probabilities of some kernels in all models.
func (m *Machine) oddsTable(workload string, kernels ...string) string {
	var b strings.Builder
	b.WriteString("| kernel |")
	for _, s := range vm.Scheds {
		fmt.Fprintf(&b, " %s |", s)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(vm.Scheds)) + "\n")
	for _, k := range kernels {
		fmt.Fprintf(&b, "| %s |", k)
		for _, s := range vm.Scheds {
			fmt.Fprintf(&b, " %s |", odds(m.probability(workload, k, s)))
		}
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n")
}

// mutants drops each line of a kernel.
func mutants(race, kernel string) Evidence {
	command := fmt.Sprintf("vmrace mutants -race %s -kernel %s", race, kernel)
	return measured(command, func(m *Machine) (string, bool) {
		r := m.Race(race)
		k, err := r.Kernel(kernel)
		if err != nil {
			panic(fmt.Sprintf("claims: %v", err))
		}
		needed, spare, ok := 0, 0, true
		for _, mu := range r.Mutants(k, m.Options) {
			ok = ok && mu.Spare == (mu.Bug == "")
			if mu.Bug != "" {
				needed++
			} else {
				spare++
			}
		}
		return fmt.Sprintf("%d lines cannot be dropped without a bug, %d can for a reason that the class states", needed, spare), ok
	})
}

// A guardSet is a part of the table of guards.
type guardSet uint8

const (
	lockAlone       guardSet = iota // the sets with the page lock
	allOthers                       // those without, that lack another guard, too
	fullWithoutLock                 // the one that lacks only the page lock
)

// guards asks the table of guards of migration.
func guards(set guardSet) Evidence {
	return measured("vmrace table guards", func(m *Machine) (string, bool) {
		sets, fooled, bugs, states := 0, 0, 0, 0
		for _, row := range m.guardTable() {
			full := row.Has[1] && row.Has[2] && row.Has[3]
			if is := map[guardSet]bool{lockAlone: row.Has[0], allOthers: !row.Has[0] && !full, fullWithoutLock: !row.Has[0] && full}; !is[set] {
				continue
			}
			sets++
			f, b := false, false
			for _, v := range row.Verdicts {
				f, b = f || v.Fooled, b || v.Bug != ""
				states += v.States
			}
			if f {
				fooled++
			}
			if b {
				bugs++
			}
		}
		switch set {
		case lockAlone:
			return fmt.Sprintf("With the page lock none of %d sets of the other guards has a bug, in %d states", sets, states), bugs == 0
		case allOthers:
			return fmt.Sprintf("Without the page lock %d of the %d sets that lack one more guard let the freeze be fooled", fooled, sets), fooled == sets
		default:
			return "Without the page lock alone the freeze is not fooled", fooled == 0 && sets == 1
		}
	})
}

func (m *Machine) guardTable() []migrate.GuardRow {
	if m.guards == nil {
		m.guards = migrate.GuardTable(m.Options)
	}
	return m.guards
}

// lockWaits is the table of lock waits per fault.
func lockWaits() Evidence {
	return measured("vmrace table lock-waits", func(*Machine) (string, bool) {
		waits := map[string]map[int]float64{}
		for _, c := range invalidate.LockWaits() {
			if waits[c.Kernel] == nil {
				waits[c.Kernel] = map[int]float64{}
			}
			waits[c.Kernel][c.CPUs] = float64(c.Waits) / float64(c.CPUs)
		}
		locked, count, old := waits["2.6.23"], waits["2.6.18"], waits["2.6.14, one mm"]
		text := fmt.Sprintf("with 8 CPUs in step %.2f lock waits for each fault with the page lock (2.6.23), %.2f with the check of page_count (2.6.18), %.2f with the one page_table_lock of 2.6.14", locked[8], count[8], old[8])
		return text, locked[8] > 0 && count[8] == 0 && math.Abs(locked[8]-old[8]) < 0.01
	})
}

// scanCost compares what mlocked pages cost reclaim in two kernels.
func scanCost(kernel, other string) Evidence {
	return measured("vmrace table scan-cost", func(*Machine) (string, bool) {
		cost := map[string]float64{}
		for _, c := range lrulock.ScanCosts() {
			if c.Mlocked == 2 {
				cost[c.Kernel.Name] = c.Steady
			}
		}
		text := fmt.Sprintf("with two mlocked pages %.0f lines under the LRU lock for each reclaimed page, %.0f if they are left in place, %.0f if they are off the LRU", cost[kernel], cost[other], cost["2.6.38"])
		return text, cost[kernel] < cost[other] && cost["2.6.38"] == 0
	})
}

// contract says whether the locking rules of a kernel are sound, without a run.
func contract(kernel string, sound bool) Evidence {
	return measured("vmrace table contracts", func(m *Machine) (string, bool) {
		k, err := m.Race("vma-list").Kernel(kernel)
		if err != nil {
			panic(fmt.Sprintf("claims: %v", err))
		}
		c := objrmap.Contract(k)
		clashes := c.Clashes()
		if len(clashes) == 0 {
			return "the contract of " + kernel + " is sound", sound
		}
		var texts []string
		for _, cl := range clashes {
			texts = append(texts, cl.Text(c.Locks))
		}
		return fmt.Sprintf("that of %s is not (%s)", kernel, strings.Join(texts[:1], "; ")), !sound
	})
}
