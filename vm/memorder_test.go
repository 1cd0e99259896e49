package vm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOrdering shows the names, and that a line without a mark is plain: a
// listing that says nothing promises nothing.
func TestOrdering(t *testing.T) {
	require.Equal(t, Plain, Line{}.Order)
	for o, name := range map[Ordering]string{Plain: "plain", Acquire: "acquire", Release: "release", Full: "full"} {
		require.Equal(t, name, o.String())
	}
	require.Panics(t, func() { _ = (Full + 1).String() })
}
