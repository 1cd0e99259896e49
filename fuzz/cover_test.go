package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

func count(c fuzz.Coverage) (lines, pairs, states int) {
	return c.Count(fuzz.CoverLine), c.Count(fuzz.CoverPair), c.Count(fuzz.CoverState)
}

// TestCovers spells out what two runs of the racy counter cover. It loads, then
// stores: the racing pairs are load before store, store before load and store
// before store.
func TestCovers(t *testing.T) {
	r := fuzz.Of(&counter)
	k, err := r.Kernel("racy")
	require.NoError(t, err)
	covers := r.Covers(k, vm.SMP)
	both := []byte{128, 129} // one operation for each CPU

	// Without a preemption, CPU1 stands at its load all the time: only the store
	// of CPU0 races with that.
	lines, pairs, _ := count(covers(both))
	require.Equal(t, 2, lines)
	require.Equal(t, 1, pairs)

	// CPU0 loads, CPU1 loads, and both store.
	lines, pairs, _ = count(covers(append(both, 0, 1)))
	require.Equal(t, 2, lines)
	require.Equal(t, 2, pairs, "load before store, store before store")

	reach := r.Reach(k, vm.SMP, fuzz.Options{})
	require.Equal(t, []string{"zero"}, reach.Workloads)
	require.Empty(t, reach.Limit)
	lines, pairs, _ = count(reach.Coverage)
	require.Equal(t, 2, lines)
	require.Equal(t, 3, pairs)

	require.NotEmpty(t, r.Reach(k, vm.SMP, fuzz.Options{MaxStates: 2}).Limit)
}

// TestReachIsAll shows that all schedules of a workload, run one by one, cover
// just what the search says is in reach.
func TestReachIsAll(t *testing.T) {
	r := fuzz.Of(&counter)
	for _, k := range r.Kernels() {
		covers := r.Covers(k, vm.SMP)
		all := fuzz.Coverage{}
		for schedule := range 1 << 10 {
			input := []byte{128, 129}
			for bit := range 10 {
				input = append(input, byte(schedule>>bit&1)) // one line of either CPU
			}
			all.Add(covers(input))
		}
		require.Equal(t, r.Reach(k, vm.SMP, fuzz.Options{}).Coverage, all, k.Name)
	}
}

// TestDistill keeps what must be kept, then what adds most, then the shortest.
func TestDistill(t *testing.T) {
	cover := func(states ...uint32) fuzz.Coverage {
		c := fuzz.Coverage{}
		for _, s := range states {
			c[fuzz.Feature{Kind: fuzz.CoverState, A: s}] = true
		}
		return c
	}
	for _, test := range []struct {
		name   string
		inputs []fuzz.Weighed
		want   []bool
	}{
		{"nothing", nil, []bool{}},
		{"no coverage", []fuzz.Weighed{{Coverage: cover(), Bytes: 1}}, []bool{false}},
		{"the larger", []fuzz.Weighed{{Coverage: cover(1), Bytes: 1}, {Coverage: cover(1, 2), Bytes: 9}}, []bool{false, true}},
		{"the shorter of two", []fuzz.Weighed{{Coverage: cover(1), Bytes: 9}, {Coverage: cover(1), Bytes: 8}}, []bool{false, true}},
		{"the earlier of two", []fuzz.Weighed{{Coverage: cover(1), Bytes: 8}, {Coverage: cover(1), Bytes: 8}}, []bool{true, false}},
		{"kept", []fuzz.Weighed{{Coverage: cover(1, 2), Bytes: 1}, {Coverage: cover(2), Bytes: 9, Keep: true}, {Coverage: cover(1), Bytes: 9}}, []bool{true, true, false}},
		{"greedy, not smallest", []fuzz.Weighed{{Coverage: cover(1, 2, 3)}, {Coverage: cover(4, 5, 6)}, {Coverage: cover(1, 2, 4, 5)}}, []bool{true, true, true}},
	} {
		require.Equal(t, test.want, fuzz.Distill(test.inputs), test.name)
	}
}
