package swapoff

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestRaces keeps the table of races and kernels.
func TestRaces(t *testing.T) { golden(t, "races.txt", RaceTable()) }

// TestScheds keeps the table of the scheduling models that show a race, and the
// verdicts on all kernels under each of them. One CPU has some of the schedules of
// several, so that what is safe on these is safe on one.
func TestScheds(t *testing.T) {
	lines := []string{"race\tkernel\tworkload\tsmp\tpreempt\tup"}
	for _, c := range Races {
		r := fuzz.Of(c)
		for _, k := range c.Kernels {
			smp, preempt, up := r.Check(k, vm.SMP, fuzz.Options{}), r.Check(k, vm.Preempt, fuzz.Options{}), r.Check(k, vm.UP, fuzz.Options{})
			for i, row := range smp.Rows {
				one, two := preempt.Rows[i].Verdict, up.Rows[i].Verdict
				if row.Verdict == "safe" {
					require.Equal(t, []string{"safe", "safe"}, []string{one, two}, "%s %s %s", c.Name, k.Name, row.Boot)
					continue
				}
				lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", c.Name, k.Name, row.Boot, row.Verdict, one, two))
			}
		}
	}
	golden(t, "scheds.txt", SchedTable()+"\n"+table(lines))
}
