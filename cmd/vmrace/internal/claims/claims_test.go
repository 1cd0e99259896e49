package claims

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/refcount"
	"github.com/vmrace/vmrace/vm"
)

// bk7 is racy, and F2 is not.
var (
	racy  = shows("page-release", "2.5.31-bk7", doubleFree).in("shrink")
	fixed = free("page-release", "2.6.17", doubleFree).in("shrink")
)

func machine() *Machine {
	return New([]fuzz.Race{fuzz.Of(&refcount.PageRelease)}, fuzz.Options{})
}

// TestVerdicts shows that the verdict on a claim is what its searches come to.
func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		claim    Claim
		headline string
	}{
		{Claim{Evidence: []Evidence{supports(racy)}}, "true"},
		{Claim{Evidence: []Evidence{refutes(racy)}}, "false"},
		{Claim{Evidence: []Evidence{supports(fixed)}}, "true within the bound"},
		{Claim{Evidence: []Evidence{supports(racy), refutes(fixed)}}, "true in part"},
		{Claim{Evidence: []Evidence{refutes(racy), fixed}}, "false"},
		{Claim{Question: true, Evidence: []Evidence{supports(racy)}}, "yes"},
		{Claim{Question: true, Evidence: []Evidence{refutes(racy)}}, "no"},
		{Claim{Beyond: "no clock", Evidence: []Evidence{racy}}, "not decidable here: no clock"},
	} {
		r := machine().Row(&test.claim)
		require.True(t, r.Holds)
		require.Equal(t, test.headline, r.Headline())
	}
}

// TestEvidenceThatDoesNotHold turns the evidence round: if a model changed so
// that a bug goes or comes, the row says so, and its verdict follows the runs.
func TestEvidenceThatDoesNotHold(t *testing.T) {
	gone := shows("page-release", "2.6.17", doubleFree).in("shrink")
	came := free("page-release", "2.5.31-bk7", doubleFree).in("shrink")
	for _, test := range []struct {
		evidence Evidence
		verdict  string
	}{{supports(gone), "false"}, {refutes(gone), "true"}, {supports(came), "false"}, {refutes(came), "true"}} {
		r := machine().Row(&Claim{ID: "T", Evidence: []Evidence{test.evidence}})
		require.False(t, r.Holds)
		require.Equal(t, test.verdict, r.Verdict)
		require.Contains(t, r.String(), "THE EVIDENCE DOES NOT HOLD")
		require.Contains(t, r.String(), "WHICH IS NOT WHAT THE ANSWER SAYS")
	}
}

// TestLimit shows that a search which was given up is no evidence for anything.
func TestLimit(t *testing.T) {
	m := machine()
	m.Options.MaxStates = 50
	r := m.Row(&Claim{ID: "T", Evidence: []Evidence{supports(fixed)}})
	require.False(t, r.Holds)
	require.Contains(t, r.Findings[0].Text, "unknown")
	r = m.Row(&Claim{ID: "T", Evidence: []Evidence{supports(likely("shrink", "2.5.31-bk7", vm.SMP, below))}})
	require.False(t, r.Holds)
	require.Contains(t, r.Findings[0].Text, "unknown")
}

// TestLikely shows on which side of the line a probability is, and that a bug
// which no schedule shows is on neither.
func TestLikely(t *testing.T) {
	for _, test := range []struct {
		evidence Evidence
		holds    bool
	}{
		{likely("shrink", "2.5.31-bk7", vm.SMP, below), true},
		{likely("shrink", "2.5.31-bk7", vm.SMP, above), false},
		{likely("scanners", "2.5.31-bk7", vm.SMP, above), true},
		{likely("scanners", "2.5.31-bk7", vm.SMP, below), false},
		{likely("scanners", "2.5.31-bk7", vm.UP, below), false},
	} {
		f := machine().Find(test.evidence)
		require.Equal(t, test.holds, f.Holds, "%s: %s", f.Command, f.Text)
	}
}

// TestFigures shows that an answer gets its figures from the run, and that the
// size of the model is that of the workload.
func TestFigures(t *testing.T) {
	r := machine().Row(&Claim{ID: "T", Evidence: []Evidence{supports(racy).as("bug")},
		Answer: "{{.bug.Steps}} lines and {{.bug.Preempts}} preemptions in {{.bug.Workload}}"})
	require.Equal(t, "43 lines and 1 preemptions in shrink", r.Answer)
	require.Equal(t, "2 CPUs, 2 operations, 4 pages", r.Findings[0].Size)
	require.Equal(t, "vmrace check -race page-release -kernel 2.5.31-bk7 -bug 'double free'", r.Findings[0].Command)
}

// TestIDs shows that each claim is there once.
func TestIDs(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range IDs() {
		require.False(t, seen[id], id)
		seen[id] = true
		c, ok := Find(id)
		require.True(t, ok)
		require.NotEmpty(t, c.Answer, id)
		require.NotEmpty(t, c.Evidence, id)
	}
	for _, n := range []struct {
		thread string
		claims int
	}{{"T0", 12}, {"T1", 17}, {"T2", 8}, {"T3", 8}, {"T4", 11}} {
		for i := range n.claims {
			require.True(t, seen[fmt.Sprintf("%s.%d", n.thread, i+1)])
		}
	}
}
