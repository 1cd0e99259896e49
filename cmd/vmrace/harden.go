package main

import (
	"encoding/binary"
	"fmt"
	"hash/crc64"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

const (
	hardenBlock  = 100 // inputs in a row on one kernel
	hardenMemory = 256 << 20
	hardenTime   = 10 * time.Second // for one input
	hardenLength = 512              // of an input, in bytes
	hardenGiant  = 1 << 16          // of one random input in 256
)

// harden runs random and mutated inputs on every race, kernel and scheduling
// model in turn. None may panic, take long, or make the process large, and the
// canonical form of an input must run as the input does. The hash of all runs
// depends on the flags and the corpus alone, not on the machine.
func harden(c *call) (int, error) {
	if c.runs < 1 {
		return 0, fmt.Errorf("-runs is %d: want at least 1", c.runs)
	}
	beds, err := c.beds()
	if err != nil {
		return 0, err
	}
	h := &hardener{call: c, rnd: rand.New(rand.NewPCG(c.seed, 0)), seeds: map[string][][]byte{}}
	for _, b := range beds {
		if err := h.corpus(b.race); err != nil {
			return 0, err
		}
	}
	begin := time.Now()
	for block := 0; h.runs < c.runs; block++ {
		if err := h.block(beds[block%len(beds)], min(hardenBlock, c.runs-h.runs)); err != nil {
			fmt.Fprintln(c.errs, "vmrace harden:", err)
			return exitBug, nil
		}
		h.report(time.Since(begin))
	}
	fmt.Fprintf(c.errs, "%.0f runs/s, at most %d MiB of memory, slowest input %v\n",
		float64(h.runs)/time.Since(begin).Seconds(), h.peak>>20, h.slowest.Round(time.Microsecond))
	fmt.Fprintf(c.out, "%d runs on %d kernels and scheduling models, hash %016x\n", h.runs, min(len(beds), (h.runs+hardenBlock-1)/hardenBlock), h.hash)
	return exitOK, nil
}

// A bed is what inputs run on.
type bed struct {
	race   fuzz.Race
	kernel vm.Kernel
	sched  vm.Sched
}

// beds returns every kernel that the flags ask for under every scheduling model,
// the races in turn, so that a short run sees them all.
func (c *call) beds() ([]bed, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return nil, err
	}
	var out []bed
	for row, more := 0, true; more; row++ {
		more = false
		for _, r := range rs {
			ks, err := c.kernelsAsked(r)
			if err != nil {
				return nil, err
			}
			if row < len(ks)*len(vm.Scheds) {
				out = append(out, bed{r, ks[row/len(vm.Scheds)], vm.Scheds[row%len(vm.Scheds)]})
				more = true
			}
		}
	}
	return out, nil
}

type hardener struct {
	*call
	rnd     *rand.Rand
	seeds   map[string][][]byte // by race, inputs to mutate
	input   []byte              // the one that runs now
	runs    int
	hash    uint64
	peak    uint64 // memory, in bytes
	slowest time.Duration
	said    time.Duration // when the last report was made
}

// block runs n inputs on one bed.
func (h *hardener) block(b bed, n int) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v, %s", p, h.where(b))
		}
	}()
	watchdog := time.AfterFunc(hardenTime, func() {
		panic(fmt.Sprintf("an input has run for %v, %s", hardenTime, h.where(b)))
	})
	defer watchdog.Stop()
	digest := b.race.Digests(b.kernel, b.sched)
	for range n {
		h.next(h.seeds[b.race.Name()])
		watchdog.Reset(hardenTime)
		begin := time.Now()
		d := digest(h.input)
		h.slowest = max(h.slowest, time.Since(begin))
		if h.runs%16 == 0 && digest(b.race.Canonical(h.input)) != d {
			return fmt.Errorf("the canonical form of the input runs differently, %s", h.where(b))
		}
		h.hash = crc64.Update(h.hash, hardenTable, binary.BigEndian.AppendUint64(nil, d))
		h.runs++
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	if h.peak = max(h.peak, mem.Sys); h.peak > hardenMemory {
		return fmt.Errorf("%d MiB of memory: want at most %d, %s", h.peak>>20, hardenMemory>>20, h.where(b))
	}
	return nil
}

var hardenTable = crc64.MakeTable(crc64.ECMA)

func (h *hardener) where(b bed) string {
	return fmt.Sprintf("race %s, kernel %s, %s, run %d:\n%s", b.race.Name(), b.kernel.Name, b.sched, h.runs, (&fuzz.Crasher{Bytes: h.input}).Marshal())
}

// report says every ten seconds how far it has come.
func (h *hardener) report(elapsed time.Duration) {
	if elapsed-h.said < 10*time.Second {
		return
	}
	h.said = elapsed
	fmt.Fprintf(h.errs, "%d runs, %.0f runs/s, %d MiB\n", h.runs, float64(h.runs)/elapsed.Seconds(), h.peak>>20)
}

// corpus reads the inputs of a race's corpus; there are none if it is not here.
func (h *hardener) corpus(r fuzz.Race) error {
	if _, done := h.seeds[r.Name()]; done {
		return nil
	}
	entries, err := fuzz.ReadCorpus(corpusDir(r))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	var seeds [][]byte
	for _, e := range entries {
		seeds = append(seeds, e.Bytes)
	}
	h.seeds[r.Name()] = seeds
	return nil
}

// next makes the next input: every fourth one is random, the others are seeds
// with up to eight changes.
func (h *hardener) next(seeds [][]byte) {
	h.input = h.input[:0]
	if len(seeds) == 0 || h.rnd.IntN(4) == 0 {
		length := hardenLength
		if h.rnd.IntN(256) == 0 {
			length = hardenGiant
		}
		for range h.rnd.IntN(length) {
			h.input = append(h.input, byte(h.rnd.Uint32()))
		}
		return
	}
	h.input = append(h.input, seeds[h.rnd.IntN(len(seeds))]...)
	for range 1 + h.rnd.IntN(8) {
		h.mutate(seeds[h.rnd.IntN(len(seeds))])
	}
}

// mutate changes the input in one place; other is a seed to take from.
func (h *hardener) mutate(other []byte) {
	at := h.rnd.IntN(len(h.input) + 1)
	rest := h.input[at:]
	switch h.rnd.IntN(5) {
	case 0: // insert a byte
		h.input = append(h.input, 0)
		copy(h.input[at+1:], h.input[at:])
		h.input[at] = byte(h.rnd.Uint32())
	case 1: // change a byte
		if len(rest) > 0 {
			rest[0] = byte(h.rnd.Uint32())
		}
	case 2: // delete a few bytes
		h.input = append(h.input[:at], rest[min(len(rest), 1+h.rnd.IntN(4)):]...)
	case 3: // go on as the other
		h.input = append(h.input[:at], other[h.rnd.IntN(len(other)+1):]...)
	case 4: // repeat the end
		if len(h.input)+len(rest) <= hardenLength {
			h.input = append(h.input, rest...)
		}
	}
}
