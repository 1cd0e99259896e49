package fuzz_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// counters has two counters in the place of one, and two workloads.
var counters = func() vm.Class[state, locals] {
	c := counter
	c.Ops = []vm.Op[state, locals]{{Name: "add"}, {Name: "add as well"}}
	c.Boots = []vm.Boot[state]{{Name: "both", Programs: [][]uint8{{0}, {0, 1}}}, {Name: "one", Programs: [][]uint8{{1}}}}
	return c
}()

// TestFormat shows what bytes stand for, and the shortest ones for the same.
func TestFormat(t *testing.T) {
	type programs = [][]uint8
	both, one, none := programs{{0}, {0, 1}}, programs{{1}, {}}, programs{{}, {}}
	for _, test := range []struct {
		bytes, canonical string
		want             fuzz.Input
	}{
		{"", "", fuzz.Input{Programs: both, Choices: none}},
		{"\xf8\x00\x03", "\x00\x03", fuzz.Input{Programs: both, Choices: none, Bursts: []fuzz.Burst{{CPU: 0, N: 1}, {CPU: 1, N: 2}}}},
		{"\xf9\x7e", "\xf9\x7e", fuzz.Input{Boot: 1, Programs: one, Choices: none, Bursts: []fuzz.Burst{{CPU: 0}}}},
		{"\x82\xfb", "\xf9\x82", fuzz.Input{Boot: 1, Programs: programs{{1, 1}, {}}, Choices: none}},
		{"\xf9\xf0", "\xf0", fuzz.Input{Programs: none, Choices: none}},
		{"\x82\xf1\x00\x01", "\xf9\x00", fuzz.Input{Boot: 1, Programs: one, Choices: none, Bursts: []fuzz.Burst{{CPU: 0, N: 1}}}},
		{"\xf0\x80\x81\x83", "", fuzz.Input{Programs: both, Choices: none}},
		{"\xf0\x80\x83\x81", "\xf0\x80\x83\x81", fuzz.Input{Programs: programs{{0}, {1, 0}}, Choices: none}},
		{"\xe1\xe2\xe0\xe2\xee", "\xe2\xe0\xe2\xe1", fuzz.Input{Programs: both, Choices: programs{{0, 2, 1}, {1}}}},
		{"\xec\xee\xe0", "\xec\xee\xe0", fuzz.Input{Programs: both, Choices: programs{{0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1}, {}}}},
	} {
		c := fuzz.CodecOf(&counters)
		in := c.Decode([]byte(test.bytes))
		require.Equal(t, test.want.Clone(), in.Clone(), "%q", test.bytes)
		require.Equal(t, test.canonical, string(c.Encode(in)), "%q", test.bytes)
	}
}

// TestCanonical shows of random bytes that their canonical form stands for the
// same input, is its own canonical form, and is not longer.
func TestCanonical(t *testing.T) {
	c := fuzz.CodecOf(&counters)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		b := make([]byte, rnd.IntN(24))
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		in := c.Decode(b)
		short := c.Encode(in)
		require.LessOrEqual(t, len(short), len(b), "%q", b)
		again := c.Decode(short)
		require.Equal(t, in.Clone(), again.Clone(), "%q", b)
		require.Equal(t, short, c.Encode(again), "%q", b)
	}
}

// TestWorkloadFits shows that a kernel on which a workload makes no sense runs
// the next one in its place, and what is appended to it.
func TestWorkloadFits(t *testing.T) {
	c := counters
	c.Boots = slices.Clone(c.Boots)
	c.Boots[0].Needs = fix
	for _, test := range []struct {
		kernel, bytes string
		want          []int // operations of each CPU
	}{
		{"fixed", "", []int{1, 2}},
		{"fixed", "\x81", []int{1, 3}},
		{"racy", "", []int{1, 0}},
		{"racy", "\x81", []int{1, 1}},
		{"racy", "\xf0\x80\x80", []int{2, 0}},
	} {
		k, _ := c.Kernel(test.kernel)
		begun := []int{0, 0}
		for _, st := range fuzz.Of(&c).Trace(k, vm.SMP, []byte(test.bytes)).Steps {
			if st.Text == "tmp = counter;" {
				begun[st.CPU]++
			}
		}
		require.Equal(t, test.want, begun, "%s: %q", test.kernel, test.bytes)
	}
}

// TestCrasherShowsBytes shows that a corpus file has each instruction by itself,
// even where Go would print some of them as a letter.
func TestCrasherShowsBytes(t *testing.T) {
	c := fuzz.Crasher{Bytes: []byte("\xf0\x98\x92\xa2\"\n"), Race: "counter", Kernel: "racy", Sched: "smp", Bug: "leak"}
	require.Contains(t, string(c.Marshal()), `[]byte("\xf0\x98\x92\xa2\"\n") // vmrace v2 counter`)
	file := t.TempDir() + "/corpus/leak"
	require.NoError(t, os.Mkdir(filepath.Dir(file), 0o755))
	require.NoError(t, c.Write(file))
	got, err := fuzz.ReadCrasher(file)
	require.NoError(t, err)
	require.Equal(t, &c, got)
}
