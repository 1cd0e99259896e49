package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// verdicts returns what the search says of each goal of a class.
func verdicts(t *testing.T, r fuzz.Race, f fuzz.Fairness) []string {
	t.Helper()
	k, err := r.Kernel("")
	require.NoError(t, err)
	var out []string
	for _, l := range r.Liveness(k, vm.SMP, f, fuzz.Options{}) {
		out = append(out, l.Verdict)
	}
	return out
}

// CPU 0 polls under a spinlock that CPU 1 needs. The third goal is the class's own. A scheduler that owes nothing
// to anybody never runs CPU 1; one that is weakly fair runs it only while CPU 0
// holds the lock; one that is strongly fair lets it in.
func TestAPollerUnderALock(t *testing.T) {
	r := fuzz.Of(&pollClass)
	require.Equal(t, []string{"starved", "starved", "starved"}, verdicts(t, r, fuzz.Unfair))
	require.Equal(t, []string{"starved", "starved", "starved"}, verdicts(t, r, fuzz.Weak))
	require.Equal(t, []string{"reached", "reached", "reached"}, verdicts(t, r, fuzz.Strong))
}

// In the relay nobody takes anything away from the CPU that is next: weak
// fairness is enough, none is too little.
func TestARelay(t *testing.T) {
	r := fuzz.Of(&relayClass)
	require.Equal(t, []string{"starved", "starved", "starved"}, verdicts(t, r, fuzz.Unfair))
	require.Equal(t, []string{"reached", "reached", "reached"}, verdicts(t, r, fuzz.Weak))
}

// The circle is one: it leads from a state back to the same state, is fair, and
// never reaches the goal.
func TestTheCircleCloses(t *testing.T) {
	r := fuzz.Of(&pollClass)
	k, err := r.Kernel("")
	require.NoError(t, err)
	l := r.Liveness(k, vm.SMP, fuzz.Weak, fuzz.Options{})[1]
	require.Equal(t, fuzz.Starved, l.Verdict)
	require.NotEmpty(t, l.Circle)

	m := vm.New(&pollClass, k, vm.SMP)
	x := m.Exec(&vm.Workload{Programs: pollClass.Boots[0].Programs})
	var s poll
	m.Boot(x, &s, &pollClass.Boots[0])
	run := func(moves []fuzz.Move) {
		for _, mv := range moves {
			require.Equal(t, vm.Ran, m.Step(x, &s, int(mv.CPU), int(mv.Choice)))
			require.False(t, m.Done(x, &s, 1))
		}
	}
	run(l.Prefix)
	entry := s
	run(l.Circle)
	require.Equal(t, entry, s)
}
