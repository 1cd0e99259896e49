package migrate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

const starved = "livelock (each of the 10 passes fails because of waiters for it)"

// Migration gives up after ten passes. With waiters that sleep with a reference,
// every one of them can fail only because tasks sleep until migration unlocks the
// page; without, none can, whoever runs when.
func TestStarvation(t *testing.T) {
	_, ok := resultOf(t, &Wait, "B0h", "starve").Find(starved)
	assert.True(t, ok, "4.20")
	assert.Equal(t, fuzz.NoBug, resultOf(t, &Wait, "B0", "starve").Outcome, "5.0.1")
}

// It does not help to be fair: a task that waits may be let run between two
// passes, and if it comes back once a pass, or another one comes, all ten fail.
func TestStarvationUnderAFairSchedule(t *testing.T) {
	faults := slices.Repeat([]uint8{opLoad0}, migratePasses)
	b := vm.Boot[State]{Name: "faults", Init: bootFile, Programs: [][]uint8{{opMigrateAll}, faults}}
	for _, tt := range []struct {
		id      string
		starves bool
	}{{"B0h", true}, {"B0", false}} {
		k := kernelOf(t, &Wait, tt.id)
		k.Patches |= Fair
		_, ok := explore(&Wait, k, &b, fuzz.Options{Bug: starved}).Find(starved)
		assert.Equal(t, tt.starves, ok, k.Name)
	}
}

// On one CPU without preemption a task leaves the CPU only to sleep, so that no
// waiter is caught between its get and its put: 5.0.1 always migrates the page,
// and 4.20 can fail ten times.
func TestStarvationOnOneCPU(t *testing.T) {
	b := bootOf(t, &Wait, "starve")
	for _, tt := range []struct {
		id      string
		starves bool
	}{{"B0h", true}, {"B0", false}} {
		k := kernelOf(t, &Wait, tt.id)
		fails := 0
		w := watched(&Wait, func(_ *State, _ *vm.Exec, at vm.At, _ vm.Next, _ *State) {
			if at == (vm.At{Func: fnMigrate, Line: migGone}) {
				fails++
			}
		})
		v := fuzz.Explore(vm.New(w, k, vm.UP), b, &vm.Workload{Programs: b.Programs}, fuzz.Options{All: true})
		_, ok := v.Find(starved)
		assert.Equal(t, tt.starves, ok, k.Name)
		assert.Equal(t, tt.starves, fails > 0, k.Name)
	}
}
