package fuzz_test

import (
	"fmt"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// The counter of counter_test.go: what the search says of its two kernels, and
// the schedule that loses an increment.
func Example() {
	r := fuzz.Of(&counter)
	for _, k := range r.Kernels() {
		c := r.Check(k, vm.SMP, fuzz.Options{})
		fmt.Printf("%s: %s, %d states\n", k.Name, c.Verdict, c.States)
		if c.Bug != "" {
			t := r.Trace(k, vm.SMP, c.Rows[0].Input)
			fmt.Printf("%s\n%s\n", t.Diagram(), t.Report(""))
		}
	}
	// Output:
	// racy: racy, 12 states
	//       CPU0                  CPU1
	//       add:
	//   1!    tmp = counter;
	//                             add:
	//   2                           tmp = counter;      (CPU0 preempted)
	//   3!                          counter = tmp + 1;  counter 0→1
	//   4!    counter = tmp + 1;
	// at rest *** BUG_ON(an increment is lost)
	//
	// BUG: BUG_ON(an increment is lost)
	// race counter, kernel racy, smp, boot zero: 4 lines, 1 preemption
	// seen at rest, behind the last line
	// race on counter between
	//  step 1, CPU0, add: tmp = counter;
	//  step 3, CPU1, add: counter = tmp + 1;
	//  step 4, CPU0, add: counter = tmp + 1;
	//
	// fixed: safe, 16 states
}
