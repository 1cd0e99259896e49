package statecov

import (
	"flag"
	"reflect"
	"unsafe"
)

// Prepare sets up Go's fuzzing engine for the search for races, unless the user
// has said otherwise. Call it from a TestMain with its *testing.M, after
// flag.Parse. It returns what could not be done; the engine then works as usual.
//
// The engine's shrinking of interesting inputs is switched off, because it
// throws away the building blocks of the next one, and crashers are better
// shrunk by instructions than by bytes (vmrace minimise). With states, code
// coverage no longer counts: a new basic block of a model is seldom news about
// an interleaving. docs/fuzzing.md has the figures.
func Prepare(m any, states bool) (problems []string) {
	set := false
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == "test.fuzzminimizetime" })
	if !set {
		if err := flag.Set("test.fuzzminimizetime", "0x"); err != nil {
			problems = append(problems, "the engine shrinks interesting inputs: "+err.Error())
		}
	}
	if states && !hook(m) {
		problems = append(problems, "this version of Go does not let states alone guide the engine: code coverage does, too")
	}
	return problems
}

// hook makes Report forget code coverage first. The function for that is an
// undocumented field of the testing package; hook reports whether it is there.
func hook(m any) bool {
	v := reflect.ValueOf(m).Elem().FieldByName("deps")
	if !v.IsValid() {
		return false
	}
	deps := reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem().Interface()
	r, ok := deps.(interface{ ResetCoverage() })
	if ok {
		reset = r.ResetCoverage
	}
	return ok
}
