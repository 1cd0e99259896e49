package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A call is one use of the program: its flags and arguments.
type call struct {
	cmd   command
	flags *flag.FlagSet
	args  []string
	out   io.Writer
	errs  io.Writer

	race, kernel, sched, format, bug string
	fairness, output                 string
	scheduler, workload              string
	states, mib, ops, trials, budget int
	runs                             int
	workers                          int
	seed                             uint64
	corpus                           string
	timing                           bool
	targets, write, all, short       bool
	por, symmetry, compact           bool
	change                           fuzz.Change
}

func newCall(cmd command, out, errs io.Writer) *call {
	c := &call{cmd: cmd, out: out, errs: errs, flags: flag.NewFlagSet("vmrace "+cmd.name, flag.ContinueOnError)}
	c.flags.SetOutput(errs)
	f := c.flags
	f.StringVar(&c.race, "race", "", "race class, see vmrace list")
	f.StringVar(&c.kernel, "kernel", "", "kernel or its id, see vmrace list")
	f.StringVar(&c.sched, "sched", "smp", "scheduling model: smp, preempt or up")
	f.StringVar(&c.format, "format", "text", strings.Join(c.formats(), ", "))
	f.IntVar(&c.states, "max-states", 0, "states after which a search gives up; 0: 50 million")
	f.IntVar(&c.mib, "max-mem", 0, "MiB of states after which a search gives up; 0: 4096")
	f.IntVar(&c.workers, "workers", runtime.GOMAXPROCS(0), "goroutines of a search; what it finds does not depend on it")
	switch cmd.name {
	case "view":
		f.StringVar(&c.output, "o", "", "file to write; default: standard output")
		fallthrough
	case "explain", "minimise":
		f.StringVar(&c.bug, "bug", "", "name of the bug to look at; default: the recorded one, or the first")
	case "check":
		f.StringVar(&c.bug, "bug", "", "name of the bug to search for; default: any")
		f.Func("with", "patches that the kernel is to have beside its own, with commas", func(s string) error {
			c.change.With = append(c.change.With, strings.Split(s, ",")...)
			return nil
		})
		f.Func("without", "patches that the kernel is to do without, with commas", func(s string) error {
			c.change.Without = append(c.change.Without, strings.Split(s, ",")...)
			return nil
		})
		f.Func("drop", "a line that the kernel is to do without, as \"function: line\"; may be repeated", func(s string) error {
			c.change.Drop = append(c.change.Drop, s)
			return nil
		})
		c.reductionFlags()
	case "matrix":
		f.BoolVar(&c.short, "short", false, "print a line for each race instead of each kernel")
		f.StringVar(&c.output, "o", "", "write the table as a page to this file, with a diagram for each bug")
		c.reductionFlags()
	case "list":
		f.BoolVar(&c.targets, "targets", false, "print each fuzz target with its newest fixed and its racy kernels")
	case "liveness":
		f.StringVar(&c.fairness, "fairness", "weak", "what is assumed of the scheduler: weak, strong or unfair")
	case "grow":
		f.IntVar(&c.ops, "operations", 3, "operations of each CPU, at most")
		c.reductionFlags()
		f.Lookup("max-states").Usage = "states after which a boot state grows no more; 0: 2 million"
	case "sample":
		c.drawFlags()
		f.IntVar(&c.trials, "trials", 20, "trials per workload, each up to the first schedule with the bug")
		f.IntVar(&c.budget, "budget", 10_000, "schedules after which a trial gives up")
		f.Uint64Var(&c.seed, "seed", 1, "seed of the trials")
		f.BoolVar(&c.timing, "timing", true, "print how many schedules were executed in a second")
	case "probability":
		c.drawFlags()
	case "corpus import", "corpus export":
		f.StringVar(&c.corpus, "corpus", "", "folder of the corpus; default: testdata/fuzz/FuzzX of the race")
	case "corpus distill":
		f.StringVar(&c.corpus, "corpus", "", "folder of the corpus; default: testdata/fuzz/FuzzX of the race")
		f.BoolVar(&c.write, "w", false, "remove what is dropped; without -w nothing is")
	case "coverage":
		f.BoolVar(&c.all, "all", false, "print what is reached, too")
	case "harden":
		f.IntVar(&c.runs, "runs", 1_000_000, "inputs to run")
		f.Uint64Var(&c.seed, "seed", 1, "seed of the inputs")
	}
	return c
}

// drawFlags are those of the verbs about schedulers.
func (c *call) drawFlags() {
	c.flags.StringVar(&c.scheduler, "scheduler", "random", "scheduler: random, urw, surw[:WORD], pos, pct:DEPTH, round-robin:BURST, preemptions:BOUND or delays:BOUND; sample also takes all")
	c.flags.StringVar(&c.bug, "bug", "", "name of the bug to hit; default: any")
	c.flags.StringVar(&c.workload, "workload", "", "workload, see vmrace check; default: each that makes sense for the kernel")
}

// reductionFlags are those of the verbs that search for a verdict alone.
func (c *call) reductionFlags() {
	c.flags.BoolVar(&c.por, "por", false, "leave out schedules that differ only in the order of lines that commute")
	c.flags.BoolVar(&c.symmetry, "symmetry", false, "take states that differ only in the numbers of CPUs or objects that are alike for one")
	c.flags.BoolVar(&c.compact, "compact", false, "keep 64 bits of the hash of a state, to save memory; the verdict says how likely it is that one was missed")
}

// parse reads flags and arguments in any order.
func (c *call) parse(args []string) error {
	for {
		if err := c.flags.Parse(args); err != nil {
			return err
		}
		if args = c.flags.Args(); len(args) == 0 {
			break
		}
		c.args = append(c.args, args[0])
		args = args[1:]
	}
	want := 0
	if c.cmd.args != "" {
		want = 1
	}
	if c.cmd.args == anyIDs {
		want = len(c.args)
	}
	if len(c.args) != want {
		return fmt.Errorf("want %d arguments (%s), have %d: %s", want, c.cmd.args, len(c.args), strings.Join(c.args, " "))
	}
	if !slices.Contains(c.formats(), c.format) {
		return fmt.Errorf("unknown format %q: have %s", c.format, strings.Join(c.formats(), ", "))
	}
	return nil
}

// formats are those that the command can print.
func (c *call) formats() []string {
	switch c.cmd.name {
	case "explain":
		return []string{"text", "json", "mail", "mermaid", "perfetto", "dot"}
	case "claims":
		return []string{"text", "json", "markdown"}
	default:
		return []string{"text", "json"}
	}
}

func raceNames() string {
	var names []string
	for _, r := range races.All {
		names = append(names, r.Name())
	}
	return strings.Join(names, ", ")
}

// racesAsked returns the races that the flags ask for, all by default.
func (c *call) racesAsked() ([]fuzz.Race, error) {
	if c.race == "" {
		return races.All, nil
	}
	for _, r := range races.All {
		if r.Name() == c.race {
			return []fuzz.Race{r}, nil
		}
	}
	return nil, fmt.Errorf("unknown race %q: have %s", c.race, raceNames())
}

// raceAsked returns the one race that the flags ask for.
func (c *call) raceAsked() (fuzz.Race, error) {
	if c.race == "" {
		return nil, fmt.Errorf("give -race, one of %s", raceNames())
	}
	rs, err := c.racesAsked()
	if err != nil {
		return nil, err
	}
	return rs[0], nil
}

// kernelsAsked returns the kernels of a race that the flags ask for, all by default.
func (c *call) kernelsAsked(r fuzz.Race) ([]vm.Kernel, error) {
	if c.kernel == "" {
		return r.Kernels(), nil
	}
	k, err := r.Kernel(c.kernel)
	return []vm.Kernel{k}, err
}

// quiet are the options without the progress of single searches.
func (c *call) quiet() fuzz.Options {
	o := c.options()
	o.Progress = nil
	return o
}

func (c *call) options() fuzz.Options {
	o := fuzz.Options{MaxStates: c.states, MaxBytes: c.mib << 20, Workers: c.workers, POR: c.por, Symmetry: c.symmetry, Compact: c.compact}
	o.Progress = func(p fuzz.Progress) {
		total := ""
		if p.Estimate > 0 {
			total = fmt.Sprintf(" of perhaps %.1f million", float64(p.Estimate)/1e6)
		}
		fmt.Fprintf(c.errs, "%d states%s, %.1f million/s, %d waiting, depth %d, %d MiB\n",
			p.States, total, float64(p.States)/1e6/p.Time.Seconds(), p.Waiting, p.Depth, p.Bytes>>20)
	}
	return o
}

// An opened corpus file: what it holds, and the race, kernel and scheduling
// model that it is to run on.
type opened struct {
	file    string
	crasher *fuzz.Crasher
	race    fuzz.Race
	kernel  vm.Kernel
	sched   vm.Sched
	bug     string
}

// open reads the corpus file. The race is the one of the flag, the file's
// comment or its folder; kernel and model are those of the flags or the comment.
func (c *call) open() (*opened, error) {
	o := &opened{file: c.args[0], bug: c.bug}
	var err error
	if o.crasher, err = fuzz.ReadCrasher(o.file); err != nil {
		return nil, err
	}
	if o.race, err = c.raceOf(o.file, o.crasher); err != nil {
		return nil, err
	}
	name, sched := c.kernel, c.sched
	if o.crasher.Bug != "" {
		if name == "" {
			name = o.crasher.Kernel
		}
		if !c.set("sched") {
			sched = o.crasher.Sched
		}
	}
	if o.kernel, err = o.race.Kernel(name); err != nil {
		return nil, err
	}
	o.sched, err = vm.ParseSched(sched)
	if o.bug == "" && o.crasher.Kernel == o.kernel.Name {
		o.bug = o.crasher.Bug
	}
	return o, err
}

func (c *call) raceOf(file string, cr *fuzz.Crasher) (fuzz.Race, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	folder := filepath.Base(filepath.Dir(abs))
	for _, r := range races.All {
		if c.race == r.Name() || c.race == "" && (cr.Race == r.Name() || cr.Race == "" && folder == fuzz.TargetName(r)) {
			return r, nil
		}
	}
	if c.race != "" {
		return nil, fmt.Errorf("unknown race %q: have %s", c.race, raceNames())
	}
	return nil, fmt.Errorf("%s: neither its comment nor its folder names a race: give -race, one of %s", file, raceNames())
}

// set reports whether a flag was given.
func (c *call) set(name string) bool {
	found := false
	c.flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// json prints a value, indented.
func (c *call) json(v any) {
	enc := json.NewEncoder(c.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("vmrace: a result does not encode as JSON: %v", err))
	}
}
