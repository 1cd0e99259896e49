package migrate

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A Guard is one of the four things that stand between a freeze and a reference
// that moves from the swap cache to a page table.
type Guard struct {
	Name string
	Gone vm.Patch // the patch that takes it away
}

// Guards are the four guards of Dickins' answer to Torvalds, 5 Feb 2019.
var Guards = []Guard{
	{"page lock", NoPageLock},
	{"slot check", NoSlot},
	{"no mapcount", CountMaps},
	{"xa_lock", NoXALock},
}

// A GuardRow is what the search says of 5.0.1 with some of the guards.
type GuardRow struct {
	Kernel   vm.Kernel
	Has      []bool // for each of Guards
	Verdicts []GuardVerdict
}

// A GuardVerdict is what the search says of one workload.
type GuardVerdict struct {
	Boot   string
	States int
	Fooled bool   // a freeze succeeds though somebody else uses the page
	Bug    string // the bug with the fewest preemptions and lines; empty if there is none
	Bugs   []string
}

// GuardBoots are the workloads of the table: the reference moves as in Torvalds'
// mail; the page leaves the swap cache as in do_swap_page and do_wp_page; and an
// anonymous page outside the swap cache, which is migrated without a freeze.
var GuardBoots = []vm.Boot[State]{
	{Name: "moving", Init: bootSwapped, Programs: [][]uint8{{opMigrate}, {opMoveRef, opZap0}}},
	{Name: "swap", Init: bootSwapped, Programs: [][]uint8{{opMigrate}, {opLoad0, opStore0, opZap0}}},
	{Name: "fork", Init: bootFork, Programs: [][]uint8{{opMigrate}, {opStore1}}},
}

// GuardTable searches every schedule of [GuardBoots] for all 16 sets of guards,
// the complete one first.
func GuardTable(o fuzz.Options) []GuardRow {
	var rows []GuardRow
	for gone := range 1 << len(Guards) {
		k := kernel50
		k.Name, k.Fixed = "5.0.1", false
		row := GuardRow{}
		for i, g := range Guards {
			has := gone>>i&1 == 0
			row.Has = append(row.Has, has)
			if !has {
				k.Patches |= g.Gone
				k.Name += " without " + g.Name
			}
		}
		row.Kernel = k
		for i := range GuardBoots {
			row.Verdicts = append(row.Verdicts, guardVerdict(k, &GuardBoots[i], o))
		}
		rows = append(rows, row)
	}
	return rows
}

func guardVerdict(k vm.Kernel, b *vm.Boot[State], o fuzz.Options) GuardVerdict {
	o.All, o.Preemptions = true, true
	v := fuzz.Explore(vm.New(&Migrate, k, vm.SMP), b, &vm.Workload{Programs: b.Programs}, o)
	row := GuardVerdict{Boot: b.Name, States: v.States}
	best := -1
	for i, f := range v.Finds {
		row.Fooled = row.Fooled || f.Bug.Kind == Exclusive
		row.Bugs = append(row.Bugs, f.Bug.Name())
		if best < 0 || f.Preemptions < v.Finds[best].Preemptions ||
			f.Preemptions == v.Finds[best].Preemptions && len(f.Moves) < len(v.Finds[best].Moves) {
			best = i
		}
	}
	if best >= 0 {
		row.Bug = v.Finds[best].Bug.Name()
	}
	if v.Limit != "" {
		row.Bug = "unknown: " + v.Limit
	}
	return row
}

// GuardText prints the table: "+" for a guard that is there, and for each
// workload whether the freeze can be fooled, or what else goes wrong first.
func GuardText(rows []GuardRow) string {
	var b strings.Builder
	for _, g := range Guards {
		fmt.Fprintf(&b, "%-13s", g.Name)
	}
	for _, boot := range GuardBoots {
		fmt.Fprintf(&b, "%-42s", boot.Name)
	}
	b.WriteByte('\n')
	for _, row := range rows {
		for _, has := range row.Has {
			mark := "-"
			if has {
				mark = "+"
			}
			fmt.Fprintf(&b, "%-13s", mark)
		}
		for _, v := range row.Verdicts {
			text := "safe"
			switch {
			case v.Fooled:
				text = "FOOLED"
			case v.Bug != "":
				text = v.Bug
			}
			fmt.Fprintf(&b, "%-42s", text)
		}
		b.WriteByte('\n')
	}
	return trim(b.String())
}

func trim(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
