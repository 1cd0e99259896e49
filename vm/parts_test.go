package vm

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestListAgainstSlice compares List with a slice on every sequence of four
// operations.
func TestListAgainstSlice(t *testing.T) {
	x := &Exec{}
	for seq := range 12 * 12 * 12 * 12 {
		var l List
		var want []int
		for i, n := 0, seq; i < 4; i, n = i+1, n/12 {
			e := n % 4
			linked := indexOf(want, e)
			switch n / 4 % 3 {
			case 0:
				if linked < 0 {
					l.AddHead(x, e)
					want = append([]int{e}, want...)
				}
			case 1:
				if linked < 0 {
					l.AddTail(x, e)
					want = append(want, e)
				}
			case 2:
				if linked >= 0 {
					l.Del(x, e)
					want = append(append([]int(nil), want[:linked]...), want[linked+1:]...)
				}
			}
		}
		require.Equal(t, ListOf(want...), l, want)
		require.Equal(t, len(want), l.Len())
		tail, ok := l.Tail(x)
		require.Equal(t, len(want) > 0, ok)
		for i := len(want) - 1; i >= 0; i-- {
			require.Equal(t, want[i], tail)
			require.True(t, l.Has(tail))
			tail, ok = l.Prev(x, tail)
			require.Equal(t, i > 0, ok)
		}
	}
}

func indexOf(s []int, e int) int {
	for i, v := range s {
		if v == e {
			return i
		}
	}
	return -1
}

func TestStrings(t *testing.T) {
	require.Equal(t, "[2 0]", ListOf(2, 0).String())
	require.Equal(t, "{1 3}", Set(0).With(3).With(1).String())
	require.Equal(t, "free", Spinlock(0).String())
	require.Equal(t, "CPU1", Spinlock(2).String())
	require.Equal(t, "live", Life(0).String())
	require.Equal(t, "free", FreeLife.String())
	require.Equal(t, "free×2,owed×1,gen3", Life(0x39).String())
}

func TestDiff(t *testing.T) {
	l := newLayout[testState]()
	a, b := &testState{}, &testState{Lock: 1, Flags: 2}
	b.CPU[0].head.op = 1 // where a CPU stands is not the state of the kernel
	var got []string
	for _, c := range l.Diff(unsafe.Pointer(a), unsafe.Pointer(b)) {
		got = append(got, c.String())
	}
	require.Equal(t, []string{"a_lock free→CPU0", "flags +dirty"}, got)
	require.Len(t, l.Words(unsafe.Pointer(a)), 9)
}

// TestBadStates shows that a state which cannot be compared or hashed word by
// word is refused when the class is linked, with the cause.
func TestBadStates(t *testing.T) {
	type padded struct {
		A uint8
		B uint16
	}
	type pointed struct{ P *int }
	type sliced struct{ S []int }
	require.PanicsWithValue(t, "vm: state vm.padded has 1 bytes of padding: order its fields by size", func() { newLayout[padded]() })
	require.Panics(t, func() { newLayout[pointed]() })
	require.Panics(t, func() { newLayout[sliced]() })
}

func TestMistakesArePanics(t *testing.T) {
	require.Panics(t, func() { (&Class[testState, testLocals]{Name: "no kernels"}).Default() })
	require.PanicsWithValue(t, "vm: object 1 taken from an allocator that does not have it", func() { new(Life).Take(&Exec{}, 1) })
	var c CPU[testLocals]
	c.head.depth = MaxDepth
	require.Panics(t, func() { c.Call(0, testLocals{}) })
	x := &Exec{Line: 7}
	require.Contains(t, x.Lost(), "line 7")
}

func TestParseSched(t *testing.T) {
	for _, m := range Scheds {
		got, err := ParseSched(m.String())
		require.NoError(t, err)
		require.Equal(t, m, got)
	}
	_, err := ParseSched("numa")
	require.ErrorContains(t, err, "have smp, preempt and up")
}
