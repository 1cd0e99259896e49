// Package vm is the machine that kernel code paths run on.
//
// A kernel function is a [Listing]: its lines in source order, each with the
// patch that adds or deletes it, and one method with one switch that says what
// each line does to the state. A [Kernel] is a set of patches and so a set of
// lines: the racy kernel has none, a fix is a patch, a mutant is a kernel with
// a line dropped. No line asks which kernel it runs in.
//
// A [Class] collects what one race needs: the listings, the operations that a
// CPU may be told to do, the initial states and what must hold when everything
// has come to rest. [New] links a class with a kernel and a scheduling model to
// a [Machine]. One [Machine.Step] executes one line on one CPU.
//
// The state of a class is one comparable struct without pointers. Assigning it
// clones it, == compares it, and everything that drives a machine (package
// fuzz) relies on that. The core of this package knows nothing of pages: the
// files exec.go, machine.go, cpu.go, listing.go, kernel.go, class.go, sched.go,
// bug.go, word.go and layout.go serve any protocol. The other files are the
// parts that kernel protocols are put together from, each with its oracles.
//
// Memory is sequentially consistent. Shared words are touched only through
// [Load], [Store] and the parts, which record the footprint of each line; a
// weaker memory model can take their place without a change to a listing.
package vm
