package sched

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/vm"
)

// A program is what a toy CPU executes: one letter for each line, a word that it
// writes, or a dot for none.
type programs []string

// play executes a schedule and returns the interleaving of the letters.
func (ps programs) play(s Scheduler) string {
	p := Point{Last: -1}
	at := make([]int, len(ps))
	var order []byte
	for {
		p.Ready = 0
		for cpu, text := range ps {
			if at[cpu] == len(text) {
				continue
			}
			p.Ready |= 1 << cpu
			p.Foot[cpu] = vm.Footprint{}
			if c := text[at[cpu]]; c != '.' {
				p.Foot[cpu].Accesses = []vm.Access{{Off: uint16(c), Write: true}}
			}
		}
		if p.Ready == 0 {
			return string(order)
		}
		p.Last = s.Next(&p)
		if ps[p.Last][at[p.Last]] != '.' {
			order = append(order, byte('0'+p.Last))
		}
		at[p.Last]++
	}
}

func (ps programs) profile() *Profile {
	s := NewProfiler(len(ps))
	s.Begin()
	ps.play(s)
	return s.Profile()
}

// uniform shows that a scheduler draws each of so many interleavings equally often.
func uniform(t *testing.T, ps programs, s Scheduler, interleavings int) {
	const n = 20_000
	seen := map[string]int{}
	for range n {
		require.True(t, s.Begin())
		seen[ps.play(s)]++
	}
	require.Len(t, seen, interleavings)
	p := 1 / float64(interleavings)
	for order, hits := range seen {
		require.InDelta(t, p, float64(hits)/n, 5*math.Sqrt(p*(1-p)/n), order)
	}
}

func TestUniformWalks(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	all := programs{"aaaa", "aa", "a"}
	uniform(t, all, &walk{law: NewURW(all.profile()), dice: dice}, 105) // 7!/(4!2!1!)
	some := programs{"....aa", "a....a"}
	uniform(t, some, NewSURW(some.profile().Racing, dice), 6) // of the a's alone
	uniform(t, programs{"a", "a"}, NewPOS(dice), 2)
	uniform(t, programs{"a", "a", "a"}, NewPOS(dice), 6)
	uniform(t, programs{"a", "a", "a"}, NewPCT(1, &Profile{CPUs: 3}, dice), 6)
}

// A word that one CPU alone touches, or that nobody writes, does not race.
func TestProfile(t *testing.T) {
	p := programs{"ab.a", "a..", ""}.profile()
	require.Equal(t, [MaxCPUs]int{4, 3}, p.Lines)
	require.Equal(t, []Word{{Off: 'a', Lines: [MaxCPUs]int{2, 1}}}, p.Racing)
}

// TestSystematic counts the schedules that the systematic schedulers try, of two
// CPUs with three lines each.
func TestSystematic(t *testing.T) {
	ps := programs{"aaa", "aaa"}
	for _, test := range []struct {
		s       Scheduler
		orders  int // distinct
		unalike bool
	}{
		{Preemptions(0), 2, true},
		{Preemptions(1), 6, false},   // two more for each first CPU: it is left behind line 1 or 2
		{Preemptions(-1), 20, false}, // C(6, 3)
		{Delays(0), 1, true},
		{Delays(1), 4, false}, // before line 1, 2 or 3
		{Delays(-1), 20, false},
	} {
		seen := map[string]int{}
		n := 0
		for test.s.Begin() {
			seen[ps.play(test.s)]++
			n++
			require.Less(t, n, 1000)
		}
		require.Len(t, seen, test.orders)
		require.Equal(t, test.unalike, n == len(seen))
		require.False(t, test.s.Begin())
	}
}

// Cheap schedules come first.
func TestBoundsGrow(t *testing.T) {
	ps := programs{"aaa", "aaa", "aa"}
	for _, s := range []Scheduler{Preemptions(-1), Delays(-1)} {
		bound := 0
		for s.Begin() {
			ps.play(s)
			require.GreaterOrEqual(t, s.(*bounded).bound, bound)
			bound = s.(*bounded).bound
		}
		require.Greater(t, bound, 2)
	}
}

// Who spins is passed over by everybody who is not fair by itself.
func TestSpinnersArePassedOver(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	for _, s := range []Scheduler{NewPCT(2, &Profile{CPUs: 2, Lines: [MaxCPUs]int{5, 5}}, dice), NewPOS(dice), NewSURW(nil, dice),
		Preemptions(2), Delays(2), NewReplay(nil, nil)} {
		require.True(t, s.Begin())
		for range 20 {
			require.Equal(t, 1, s.Next(&Point{Ready: 3, Last: 0, Spins: true}))
		}
		require.Equal(t, 0, s.Next(&Point{Ready: 1, Last: 0, Spins: true}), "nobody else can run")
	}
}

func TestReplay(t *testing.T) {
	s := NewReplay([]uint8{1, 0, 1, 1, 1}, []uint8{2})
	require.True(t, s.Begin())
	require.Equal(t, "101100", programs{"aaa", "aaa"}.play(s), "CPU 1 has three lines only")
	require.Equal(t, 2, s.Choose(3))
	require.Zero(t, s.Choose(3), "the record has one outcome")
	require.False(t, s.Begin())
}

func TestParse(t *testing.T) {
	for _, sp := range append(All(), mustParse(t, "pct:1"), mustParse(t, "delays:0"), mustParse(t, "surw:page0.count")) {
		again, err := Parse(sp.String())
		require.NoError(t, err)
		require.Equal(t, sp.String(), again.String())
		require.Equal(t, sp.N, again.N)
	}
	for text, want := range map[string]string{
		"pcd":           "have random, urw, surw, pos, pct, round-robin, preemptions, delays",
		"pct:0":         "depth, from 1 to 255",
		"pct:x":         "depth, from 1 to 255",
		"delays:-1":     "bound, from 0 to 255",
		"round-robin:0": "mean burst, from 1 to 255",
		"random:2":      "takes no number",
	} {
		_, err := Parse(text)
		require.ErrorContains(t, err, want, text)
	}
}

// A word of choice must be one that races.
func TestChosenWord(t *testing.T) {
	p := programs{"ab", "ab"}.profile()
	p.Racing[0].Name, p.Racing[1].Name = "a", "b"
	s, err := mustParse(t, "surw:b").New(p, nil)
	require.NoError(t, err)
	require.Equal(t, p.Racing[1:], s.(*SURW).words)
	_, err = mustParse(t, "surw:c").New(p, nil)
	require.ErrorContains(t, err, "surw:c: no such word races in the first run: have a, b")
}

func mustParse(t *testing.T, text string) Spec {
	sp, err := Parse(text)
	require.NoError(t, err)
	return sp
}

func TestSet(t *testing.T) {
	s := Set(0b10110)
	require.Equal(t, []int{1, 2, 4}, []int{s.At(0), s.At(1), s.At(2)})
	require.Equal(t, []int{1, 2, 4, 4, 1, 1}, []int{s.After(0), s.After(1), s.After(2), s.After(3), s.After(4), s.After(7)})
	require.Equal(t, Set(0b10010), s.Without(2))
	require.Equal(t, s, s.Without(-1))
	require.False(t, s.Has(-1))
}
