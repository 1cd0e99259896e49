package lrulock

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/vmrace/vmrace/vm"
)

// A ScanCost is what mlocked pages cost reclaim in a kernel: the lines that it
// executes on them for each other page that it reclaims.
type ScanCost struct {
	Kernel vm.Kernel
	// Mlocked is the number of mlocked pages, beside one that is not.
	Mlocked int
	// First and Steady are the lines under the LRU lock for the first page that
	// is reclaimed after mlock, and for each one once things have settled.
	First, Steady float64
	// Total is Steady with the lines outside the lock: the walks along the vmas.
	Total float64
}

// The rounds of a measurement: pages that are reclaimed and come back.
const (
	settling = 8
	measured = 16
)

// ScanCosts measures every design that has no bug, and the sketch, with one and
// with two mlocked pages: mlock them, then again and again fault a page in and let
// reclaim go on until it has taken it. Reclaim balances the lists before each
// page that it scans, as shrink_zone does: it refills the inactive list if that
// is the shorter one.
func ScanCosts() []ScanCost {
	var out []ScanCost
	for _, k := range Mlock.Kernels {
		if !k.Fixed && k.Patches != locked {
			continue
		}
		for n := 1; n < mlockPages; n++ {
			out = append(out, measure(k, n))
		}
	}
	return out
}

// WriteScanCosts prints the table of [ScanCosts].
func WriteScanCosts(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "lines on mlocked pages for each reclaimed page")
	fmt.Fprintln(w, "kernel\tid\tmlocked\tunder the LRU lock, first\tsteady\twith those outside")
	for _, c := range ScanCosts() {
		fmt.Fprintf(w, "%s\t%s\t%d\t%.1f\t%.1f\t%.1f\n", c.Kernel.Name, c.Kernel.ID, c.Mlocked, c.First, c.Steady, c.Total)
	}
	w.Flush()
}

// A meter runs one operation after the other on CPU0 and counts lines.
type meter struct {
	m       *vm.Machine[MlockState, mlockLocals]
	s       *MlockState
	mlocked int // pages below this number are
	locked  int // lines on them under the LRU lock
	total   int // lines on them in reclaim
}

func measure(k vm.Kernel, mlocked int) ScanCost {
	r := meter{m: vm.New(&Mlock, k, vm.SMP), s: &MlockState{}, mlocked: mlocked}
	r.s.begin(k.Patches)
	for p := range mlocked {
		r.s.maps(p, p)
		r.s.onLRU(p)
	}
	r.s.MM[2].VMA = vmThere
	for p := range mlocked {
		r.run(opMlock0 + uint8(p))
	}
	c := ScanCost{Kernel: k, Mlocked: mlocked}
	for round := range settling + measured {
		before, total := r.locked, r.total
		r.reclaim()
		switch {
		case round == 0:
			c.First = float64(r.locked - before)
		case round >= settling:
			c.Steady += float64(r.locked-before) / measured
			c.Total += float64(r.total-total) / measured
		}
	}
	return c
}

// reclaim faults the page in and lets reclaim go on until it has it.
func (r *meter) reclaim() {
	r.run(opFault2)
	r.run(opDrain)
	for scans := 0; r.s.MM[2].PTE != 0; scans++ {
		if scans == 100 {
			panic("lrulock: reclaim does not get at a page that is not mlocked: does a scan put pages back where it takes them?")
		}
		if r.s.Active.Len() > r.s.Inactive.Len() {
			r.run(opRefill)
		}
		r.run(opShrink)
	}
}

// run executes an operation to its end and counts its lines.
func (r *meter) run(op uint8) {
	w := &vm.Workload{Programs: [][]uint8{{op}}}
	now := *r.s
	boot := vm.Boot[MlockState]{Init: func(s *MlockState, _ vm.Patch) {
		*s = now
		s.CPU = [mlockCPUs]vm.CPU[mlockLocals]{}
	}}
	x := r.m.Exec(w)
	r.m.Boot(x, r.s, &boot)
	c := &r.s.CPU[0]
	for !r.m.Done(x, r.s, 0) {
		top, under := c.Depth()-1, r.s.LRU.HeldBy(0)
		pc, outer := c.PC(), c.At(0)
		r.m.Step(x, r.s, 0, 0)
		if bugs := x.Bugs(); len(bugs) > 0 {
			panic("lrulock: " + bugs[0].Name() + " in a measurement of " + r.m.Kernel.Name)
		}
		if r.about(outer, pc) && c.Depth() > top && int(c.Locals(top).page) < r.mlocked {
			r.total++
			if under {
				r.locked++
			}
		}
	}
}

// about reports whether a line is one that reclaim executes on a page: the head
// of a scan, until it has the lock and a page, is not.
func (r *meter) about(outer, pc vm.At) bool {
	switch outer.Func {
	case fnShrink:
		return outer.Line >= shTail && pc != (vm.At{Func: fnShrink, Line: shMore})
	case fnRefill:
		return pc.Line >= rfTail
	default:
		return false
	}
}
