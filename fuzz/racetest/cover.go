package racetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/vm"
)

// maxCover is where the abstract states of a class must end: what is beyond
// counts as another state, and neither is news any more.
const maxCover = 512

// Cover shows that the abstract states of a class stay below 512 in every
// workload of every kernel, and that they tell some states apart. It returns how
// many there are.
func Cover[S, L comparable](t *testing.T, c *vm.Class[S, L]) int {
	seen := map[uint32]bool{}
	Each(c, func(m *vm.Machine[S, L], b *vm.Boot[S]) {
		Walk(m, b, func(s Step[S]) { seen[c.Cover(s.Before)] = true })
	})
	for state := range seen {
		require.Less(t, state, uint32(maxCover), c.Name)
	}
	require.Greater(t, len(seen), 8, c.Name)
	return len(seen)
}
