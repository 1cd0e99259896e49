package swapoff

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// TestRaces keeps the table of races and kernels.
func TestRaces(t *testing.T) { racetest.Golden(t, "races.txt", RaceTable()) }

// TestDerived compares the table with what was derived by hand, without a search,
// for V0 to V5. n is a narrow window. The package comment speaks of the differences.
func TestDerived(t *testing.T) {
	derived := []struct{ race, byHand, searched string }{
		{"R1", "FPFFPP", "FPFFPP"},
		{"R2a", "FPFFPP", "FPFFPP"},
		{"R2b", "FPPPPP", "FPPPPP"},
		{"R2c", "FPFFPP", "FPFFPP"},
		{"R3a", "FPFFPP", "FPFFPP"},
		{"R3b", "FPFFPP", "FPFFPP"},
		{"R3c", "FPFFPP", "FPFFPP"},
		{"R4", "FPFn--", "FPFFPP"},
		{"R5", "FPFnPP", "FFFPPP"},
		{"R6a", "FPFFPP", "FPFFPP"},
		{"R6b", "FPFFPP", "FPFFPP"},
		{"R7", "FFF---", "FFFFPP"},
		{"R8", "nPnPPP", "FPFPPP"},
		{"R9", "PPPFPP", "PPPFPP"},
		{"R10", "FPPPPP", "FPPPPP"},
		{"R11", "FPFFPP", "FPFFPP"},
		{"R12", "FFF---", "FFFFPP"},
		{"R15", "FFFFPP", "FFFFPP"},
		{"P2", "-F--PP", "-F--PP"},
	}
	for _, d := range derived {
		got := ""
		for i := range eras {
			got += anyOf(answers(d.race), i)
		}
		require.Equal(t, d.searched, got, d.race)
	}
}

// anyOf joins the answers of several workloads on one kernel.
func anyOf(lines []string, era int) string {
	out := "-"
	for _, l := range lines {
		if a := l[era : era+1]; a == "F" || out == "-" {
			out = a
		}
	}
	return out
}

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
	racetest.Golden(t, "scheds.txt", SchedTable()+"\n"+table(lines))
}
