package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestDigest pins the digest of one run, which is the same on every machine, and
// shows that a canonical input shares it and that another schedule does not.
func TestDigest(t *testing.T) {
	r := fuzz.Of(&counter)
	digest := r.Digests(counter.Kernels[0], vm.SMP)
	interleaved := []byte{0, 1}
	want := digest(interleaved)
	require.Equal(t, uint64(0x545fa59aaf911d90), want)
	require.NotEqual(t, want, digest(nil))
	require.Equal(t, want, digest([]byte{0, 1}), "a run before leaves nothing behind")

	dead := append(interleaved, 238, 239) // choices of 0, which are the default
	require.Equal(t, interleaved, r.Canonical(dead))
	require.Equal(t, want, digest(dead))
}
