package freelist

import (
	"fmt"
	"os"
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/statecov"
	"github.com/vmrace/vmrace/vm"
)

func TestMain(m *testing.M) {
	for _, problem := range statecov.Prepare(m, true) {
		fmt.Fprintln(os.Stderr, problem)
	}
	os.Exit(m.Run())
}

// search prints what an exhaustive search says of a kernel.
func search(name string) *fuzz.Check {
	k, err := Race.Kernel(name)
	if err != nil {
		panic(err)
	}
	c := Race.Check(k, vm.SMP, fuzz.Options{})
	fmt.Printf("%s: %s, %d states", c.Kernel, c.Verdict, c.States)
	if c.Bug != "" {
		fmt.Printf(", %s: %d preemptions, %d lines", c.Bug, c.Preemptions, c.Steps)
	}
	fmt.Println()
	return c
}

// worst returns the workload that shows the bug.
func worst(c *fuzz.Check) fuzz.Row {
	for _, r := range c.Rows {
		if r.Bug == c.Bug {
			return r
		}
	}
	panic("no bug")
}

// draw prints the schedule to the bug that a search has found.
func draw(c *fuzz.Check) {
	k, _ := Race.Kernel(c.Kernel)
	t := Race.Trace(k, vm.SMP, worst(c).Input).Until(c.Bug)
	fmt.Print(t.Diagram(), "\n", t.Report(c.Bug))
}

func Example_plain() {
	draw(search("plain"))
	// Output:
	// plain: racy, 308 states, node given to two owners: 1 preemptions, 19 lines
	//       CPU0                                            CPU1
	//       alloc:
	//   1!    again: top = head;
	//   2     if (!top) return NULL;
	//   3     next = top->next;
	//                                                       alloc:
	//   4                                                     again: top = head;                            (CPU0 preempted)
	//   5                                                     if (!top) return NULL;
	//   6                                                     next = top->next;
	//   7!                                                    if (cmpxchg(&head, top, next) != top) goto …  head node0/0→node1/0; own1 {}→{0}; node0 free→given
	//                                                       alloc:
	//   8                                                     again: top = head;
	//   9                                                     if (!top) return NULL;
	//  10                                                     next = top->next;
	//  11                                                     if (cmpxchg(&head, top, next) != top) goto …  head node1/0→NULL/0; own1 {0}→{1}; node0 given→free; node1 free→given
	//                                                       free:
	//  12                                                     again: top = head;
	//  13                                                     node->next = top;                             next0 node1→NULL
	//  14                                                     if (cmpxchg(&head, top, node) != top) goto …  head NULL/0→node0/0
	//  15!    if (cmpxchg(&head, top, next) != top) goto …                                                  head node0/0→node1/0; own0 {}→{0}; node0 free→given
	//       alloc:
	//  16     again: top = head;
	//  17     if (!top) return NULL;
	//  18     next = top->next;
	//  19     if (cmpxchg(&head, top, next) != top) goto …                                                  head node1/0→NULL/0; own0 {0}→{0 1}; *** node given to two owners, node 1
	//
	// BUG: node given to two owners, node 1
	// race freelist, kernel plain, smp, boot and back: 19 lines, 1 preemption
	// CPU0 at step 19: pop: if (cmpxchg(&head, top, next) != top) goto again;  (freelist.c)
	// Call Trace:
	//  pop
	// allocated before the start
	// race on head between
	//  step 1, CPU0, pop: again: top = head;
	//  step 7, CPU1, pop: if (cmpxchg(&head, top, next) != top) goto again;
	//  step 15, CPU0, pop: if (cmpxchg(&head, top, next) != top) goto again;
}

func Example_fixes() {
	search("recheck")
	search("one-bit")
	search("tagged")
	// Output:
	// recheck: racy, 393 states, node given to two owners: 1 preemptions, 23 lines
	// one-bit: racy, 311 states, node given to two owners: 1 preemptions, 19 lines
	// tagged: safe, 309 states
}

func Example_listing() {
	k, _ := Race.Kernel("tagged")
	fmt.Print(Race.Listings(k))
	// Output:
	// pop  (freelist.c)
	//   0   again: top = head;
	//   1   if (!top) return NULL;
	//   2   next = top->next;
	//   4 - if (cmpxchg(&head, top, next) != top) goto again;
	//   6 + if (cmpxchg(&head, top, {next, tag + 1}) != top) goto again;
	//
	// push  (freelist.c)
	//   0   again: top = head;
	//   1   node->next = top;
	//   2   if (cmpxchg(&head, top, node) != top) goto again;
}

func Example_mutants() {
	k, _ := Race.Kernel("tagged")
	for _, m := range Race.Mutants(k, fuzz.Options{}) {
		fmt.Printf("%-4s  %-61s  %s\n", m.Function, m.Text, m.Bug)
	}
	// Output:
	// pop   again: top = head;                                             no node, though one is free
	// pop   if (!top) return NULL;                                         NULL pointer dereference
	// pop   next = top->next;                                              no node, though one is free
	// pop   if (cmpxchg(&head, top, {next, tag + 1}) != top) goto again;   no node, though one is free
	// push  again: top = head;                                             livelock
	// push  node->next = top;                                              node given to two owners
	// push  if (cmpxchg(&head, top, node) != top) goto again;              leak
}

// FuzzFreeList hunts the kernel that is thought to be right.
func FuzzFreeList(f *testing.F) {
	k, err := Race.Kernel("")
	if err != nil {
		f.Fatal(err)
	}
	t := Race.Target(k, vm.SMP, true)
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}

// TestFootprintsAreHonest shows that the lines say what they touch.
func TestFootprintsAreHonest(t *testing.T) {
	for _, k := range Race.Kernels() {
		if lies := Race.Lies(k, 2000); len(lies) > 0 {
			t.Error(k.Name, lies)
		}
	}
}
