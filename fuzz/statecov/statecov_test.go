package statecov

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// hooked tells whether the testing package has what hook looks for.
var hooked bool

func TestMain(m *testing.M) {
	hooked = hook(m)
	m.Run()
}

// TestHook fails when a new version of Go has moved the field: then races take
// the engine longer, and docs/fuzzing.md no longer tells the truth.
func TestHook(t *testing.T) {
	require.True(t, hooked)
	require.NotPanics(t, func() { Report([]uint32{0, 1, N - 1, N, 1 << 31}) })
}

func TestHookElsewhere(t *testing.T) {
	other := struct{ deps int }{1}
	require.False(t, hook(&other))
	require.False(t, hook(&struct{}{}))
}
