package fuzz_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

var documented = regexp.MustCompile("(?m)^## (.+)\n|^\\| `(\\w+)` \\|")

// TestTraceFormat holds docs/trace-format.md against the types: the page names
// each field of each object, in order, and no other.
func TestTraceFormat(t *testing.T) {
	text, err := os.ReadFile("../docs/trace-format.md")
	require.NoError(t, err)
	fields := map[string][]string{}
	object := ""
	for _, m := range documented.FindAllStringSubmatch(string(text), -1) {
		if m[1] != "" {
			object = m[1]
			continue
		}
		fields[object] = append(fields[object], m[2])
	}
	for name, typ := range map[string]reflect.Type{
		"Trace": reflect.TypeFor[fuzz.Trace](), "Value": reflect.TypeFor[vm.Value](), "Step": reflect.TypeFor[fuzz.Step](),
		"Change": reflect.TypeFor[vm.Change](), "Place": reflect.TypeFor[fuzz.Place](), "Section": reflect.TypeFor[fuzz.Section](),
		"Bug": reflect.TypeFor[fuzz.Sighting](), "Function": reflect.TypeFor[fuzz.Function](), "Line": reflect.TypeFor[fuzz.ListedLine](),
	} {
		var want []string
		for i := range typ.NumField() {
			if tag := typ.Field(i).Tag.Get("json"); tag != "" {
				want = append(want, strings.TrimSuffix(tag, ",omitempty"))
			}
		}
		require.Equal(t, want, fields[name], name)
	}
}

// TestTraceTellsTheState reads a trace as another program would, knowing nothing
// but the documented fields, and computes from it what the run came to.
func TestTraceTellsTheState(t *testing.T) {
	r := fuzz.Of(&counter)
	racy := r.Check(counter.Kernels[0], vm.SMP, fuzz.Options{})
	text, err := json.Marshal(r.Trace(counter.Kernels[0], vm.SMP, racy.Rows[0].Input))
	require.NoError(t, err)
	var run struct {
		Format  string
		Version int
		Start   []struct{ Name, Value string }
		Steps   []struct {
			CPU     int
			Text    string
			Reads   []string
			Writes  []string
			Changes []struct{ Name, Old, New string }
		}
		Bugs   []struct{ Step int }
		Racing []int
		Word   string
	}
	require.NoError(t, json.Unmarshal(text, &run))
	require.Equal(t, "vmrace trace", run.Format)
	require.Equal(t, 1, run.Version)
	state := map[string]string{}
	for _, w := range run.Start {
		state[w.Name] = w.Value
	}
	for _, st := range run.Steps {
		for _, c := range st.Changes {
			require.Equal(t, state[c.Name], c.Old)
			state[c.Name] = c.New
		}
		switch st.Text {
		case "tmp = counter;":
			require.Equal(t, []string{"counter"}, st.Reads)
			require.Empty(t, st.Writes)
		case "counter = tmp + 1;":
			require.Equal(t, []string{"counter"}, st.Writes)
		}
	}
	require.Equal(t, "1", state["counter"], "two increments make one")
	require.Equal(t, len(run.Steps), run.Bugs[0].Step, "seen at rest")
	require.Equal(t, "counter", run.Word)
	require.Len(t, run.Racing, 3)
}

// TestTraceSections shows who held the lock of the fixed counter, and when.
func TestTraceSections(t *testing.T) {
	input := []byte{0x02, 0x01} // CPU0 takes the lock and loads, CPU1 has to wait
	tr := fuzz.Of(&counter).Trace(counter.Kernels[1], vm.SMP, input)
	require.Equal(t, []fuzz.Section{{Lock: "lock", CPU: 0, From: 0, To: 3}, {Lock: "lock", CPU: 1, From: 4, To: 7}}, tr.Locks)
	require.Equal(t, []*fuzz.Place{nil, nil}, tr.Ends)
	for _, marked := range []int{0, 3} {
		require.Equal(t, "+", tr.Functions[0].Lines[marked].Mark)
	}
}

// TestStates compares the graph of the states with the search, which counts them.
func TestStates(t *testing.T) {
	r := fuzz.Of(&counter)
	for _, k := range counter.Kernels {
		c := r.Check(k, vm.SMP, fuzz.Options{})
		input := []byte{0x00, 0x01, 0x01} // loads on both CPUs, then a store
		g, err := r.States(k, vm.SMP, input, 16)
		require.NoError(t, err)
		require.Len(t, g.States, c.States, k.Name)
		lost, onPath := 0, 0
		for _, s := range g.States {
			lost += len(s.Bugs)
			if s.OnPath {
				onPath++
			}
		}
		require.Equal(t, c.Bug != "", lost > 0, k.Name)
		require.Equal(t, len(r.Trace(k, vm.SMP, input).Steps)+1, onPath, k.Name)
		_, err = r.States(k, vm.SMP, input, c.States-1)
		require.ErrorContains(t, err, "more than", k.Name)
	}
}
