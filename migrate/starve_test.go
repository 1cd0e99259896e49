package migrate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

const starved = "livelock (each of the 10 passes fails because of waiters for it)"

// Migration gives up after ten passes. With waiters that sleep with a reference,
// every one of them can fail only because tasks sleep until migration unlocks the
// page; without, none can, whoever runs when.
func TestStarvation(t *testing.T) {
	assert.Contains(t, waitResults().Of("B0h", "starve").Bugs(), starved, "4.20")
	assert.Empty(t, waitResults().Of("B0", "starve").Bugs(), "5.0.1")
}

// It does not help to be fair: a task that waits may be let run between two
// passes, and if it comes back once a pass, or another one comes, all ten fail.
func TestStarvationUnderAFairSchedule(t *testing.T) {
	faults := slices.Repeat([]uint8{opLoad0}, migratePasses)
	b := &vm.Boot[State]{Name: "faults", Init: bootFile, Programs: [][]uint8{{opMigrateAll}, faults}}
	for _, tt := range []struct {
		id      string
		starves bool
	}{{"B0h", true}, {"B0", false}} {
		k := racetest.Kernel(t, &Wait, tt.id)
		k.Patches |= Fair
		v := fuzz.Explore(vm.New(&Wait, k, vm.SMP), b, racetest.Work(b), fuzz.Options{Bug: starved})
		assert.Equal(t, tt.starves, v.Outcome == fuzz.Found, k.Name)
	}
}

// On one CPU without preemption a task leaves the CPU only to sleep, so that no
// waiter is caught between its get and its put: 5.0.1 always migrates the page,
// and 4.20 can fail ten times.
func TestStarvationOnOneCPU(t *testing.T) {
	b := racetest.Boot(t, &Wait, "starve")
	for _, tt := range []struct {
		id      string
		starves bool
	}{{"B0h", true}, {"B0", false}} {
		m := vm.New(&Wait, racetest.Kernel(t, &Wait, tt.id), vm.UP)
		fails := racetest.Meets(m, func(s racetest.Step[State]) bool { return s.At == vm.At{Func: fnMigrate, Line: migGone} }, b)
		assert.Equal(t, tt.starves, slices.Contains(racetest.Shown(t, m, b), starved), tt.id)
		assert.Equal(t, tt.starves, fails, tt.id)
	}
}
