package vm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFreeze shows when a count is frozen, and that a frozen one can neither be
// taken nor is anything but zero.
func TestFreeze(t *testing.T) {
	for _, c := range []struct {
		count  Ref
		expect int
		frozen bool
	}{
		{2, 2, true},
		{3, 2, false}, // somebody else has a reference
		{1, 2, false}, // somebody has dropped one
		{0, 2, false}, // frozen by somebody else, or free
	} {
		x := &Exec{}
		r := c.count
		require.Equal(t, c.frozen, r.Freeze(x, c.expect), c)
		if !c.frozen {
			require.Equal(t, c.count, r, "a freeze that fails changes nothing")
			continue
		}
		require.False(t, r.IncNotZero(x))
		r.Unfreeze(x, c.expect-1)
		require.Equal(t, Ref(c.expect-1), r)
		require.Empty(t, x.Bugs())
	}
}

// TestUnfreezeOracle shows what is accused: a count that has moved meanwhile, by
// somebody who did not ask whether it was zero.
func TestUnfreezeOracle(t *testing.T) {
	x := &Exec{}
	r := Ref(2)
	require.True(t, r.Freeze(x, 2))
	r.Inc(x)
	require.Equal(t, RaisedFromZero, x.Bugs()[0].Kind)
	r.Unfreeze(x, 2)
	require.Len(t, x.Bugs(), 2)
	require.Equal(t, Unfrozen, x.Bugs()[1].Kind)
	require.Equal(t, Ref(2), r, "it overwrites what is there")
}

// TestFreezeFootprint shows that a freeze that fails only reads: a weaker memory
// model must not order anything by it.
func TestFreezeFootprint(t *testing.T) {
	x := &Exec{}
	r := Ref(3)
	r.Freeze(x, 2)
	require.Len(t, x.Foot().Accesses, 1)
	require.False(t, x.Foot().Accesses[0].Write)
}
