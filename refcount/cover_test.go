package refcount

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestCover(t *testing.T) {
	require.Greater(t, racetest.Cover(t, &PageRelease), 64)
}
