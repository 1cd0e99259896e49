package canary

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/refcount"
	"github.com/vmrace/vmrace/vm"
)

// kernel is racy: its double free of August 2002 takes some hundred inputs to find.
const kernel = "2.5.31-bk7"

var canary = prepare()

func prepare() *fuzz.Target {
	r := fuzz.Of(&refcount.PageRelease)
	k, err := r.Kernel(kernel)
	if err != nil {
		panic(err)
	}
	return r.Target(k, vm.SMP, true)
}

// FuzzCanary runs a racy kernel, whatever the flags.
func FuzzCanary(f *testing.F) {
	f.Fuzz(func(t *testing.T, input []byte) {
		if complaint := canary.Try(input); complaint != "" {
			t.Fatal(complaint)
		}
	})
}
