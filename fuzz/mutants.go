package fuzz

import "github.com/vmrace/vmrace/vm"

// A Mutant is a fixed kernel with one line dropped, and what that does.
type Mutant struct {
	Race     string `json:"race"`
	Kernel   string `json:"kernel"`
	Function string `json:"function"`
	Line     int    `json:"line"`
	Text     string `json:"text"`
	Verdict  string `json:"verdict"`
	Bug      string `json:"bug"`
	Reason   string `json:"reason"` // why nothing happens, if nothing does
	Where    string `json:"where"`  // race and kernel of the family that show the bug, if these do not

	Spare bool `json:"-"` // the class says that the line can be spared
}

func (r *race[S, L]) Mutants(k vm.Kernel, o Options) []Mutant {
	var out []Mutant
	for f, ls := range r.c.Listings {
		for i, line := range ls.Lines {
			at := vm.At{Func: vm.Func(f), Line: uint8(i)}
			if !line.In(k.Patches) {
				continue
			}
			mu := Mutant{Race: r.c.Name, Kernel: k.Name, Function: ls.Name, Line: i, Text: line.Text}
			mu.Verdict, mu.Bug = r.mutant(vm.New(r.c, k, vm.SMP, at), o)
			for j := range r.c.Spare {
				if sp := &r.c.Spare[j]; sp.Covers(k.Name, at) {
					mu.Reason, mu.Spare = sp.Why, true
				}
			}
			if mu.Bug == "" && !mu.Spare {
				r.askKin(at, o, &mu)
			}
			out = append(out, mu)
		}
	}
	return out
}

// askKin drops the line from all fixed kernels of the family until one shows a bug.
func (r *race[S, L]) askKin(at vm.At, o Options, mu *Mutant) {
	for _, c := range r.kin {
		for _, k := range c.Kernels {
			lines := c.Listings[at.Func].Lines
			if !k.Fixed || len(lines) == 0 || !lines[at.Line].In(k.Patches) {
				continue
			}
			kin := race[S, L]{c: c}
			if verdict, bug := kin.mutant(vm.New(c, k, vm.SMP, at), o); bug != "" {
				mu.Verdict, mu.Bug, mu.Where = verdict, bug, c.Name+" "+k.Name
				return
			}
		}
	}
}

// mutant searches the workloads until one shows a bug.
func (r *race[S, L]) mutant(m *vm.Machine[S, L], o Options) (verdict, bug string) {
	verdict = "safe"
	for i := range r.c.Boots {
		b := &r.c.Boots[i]
		if !b.Fits(m.Kernel.Patches) {
			continue
		}
		v := Explore(m, b, &vm.Workload{Programs: b.Programs}, o)
		switch v.Outcome {
		case Found:
			f := v.Finds[0]
			res := NewRunner(m, false).Run(InputOf(m, i, b.Programs, f.Moves))
			return judge(f.Bug, res), f.Bug.Name()
		case Unknown:
			verdict = "unknown"
		}
	}
	return verdict, ""
}
