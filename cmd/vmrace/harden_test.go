package main

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestHarden shows that the hash of all runs depends on the flags alone.
func TestHarden(t *testing.T) {
	t.Chdir("../..")
	hash := func(args ...string) string {
		code, out, errs := vmrace(append([]string{"harden", "-race", "page-release", "-runs", "3000"}, args...)...)
		require.Equal(t, exitOK, code, errs)
		return out
	}
	require.Contains(t, hash(), "3000 runs on 30 kernels and scheduling models, hash ")
	require.Equal(t, hash(), hash())
	require.NotEqual(t, hash(), hash("-seed", "2"))
	require.NotEqual(t, hash(), hash("-kernel", "2.6.17"))
}

// A brittle race has a decoder or a model that does not take everything.
type brittle struct {
	fuzz.Race
	digest    func(input []byte) uint64
	canonical func(input []byte) []byte
}

func (b brittle) Digests(vm.Kernel, vm.Sched) func([]byte) uint64 { return b.digest }
func (b brittle) Canonical(input []byte) []byte                   { return b.canonical(input) }

// TestHardenFinds shows that a panic, and a canonical form that is another run,
// are reported with the input.
func TestHardenFinds(t *testing.T) {
	for want, race := range map[string]brittle{
		"panic: out of range": {digest: func([]byte) uint64 { panic("out of range") }},
		"the canonical form of the input runs differently": {
			digest:    func(input []byte) uint64 { return uint64(len(input)) },
			canonical: func(input []byte) []byte { return append(input, 0) },
		},
	} {
		race.Race = races.All[0]
		h := &hardener{rnd: rand.New(rand.NewPCG(1, 0))}
		err := h.block(bed{race, race.Kernels()[0], vm.SMP}, 10)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "go test fuzz v1\n[]byte(")
	}
}
