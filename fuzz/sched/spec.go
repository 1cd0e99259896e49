package sched

import (
	"fmt"
	"strconv"
	"strings"
)

// A Spec names a scheduler and the number or word that belongs to it, as in
// "pct:3" or "surw:page0.count".
type Spec struct {
	Name string
	N    int    // the number; meaningless if the scheduler has none
	Word string // the word of the state; "" stands for any
	kind *kind
}

type kind struct {
	name       string
	n, least   int // default of the number and the lowest one
	number     string
	word       bool // takes the name of a word in place of a number
	systematic bool
	drawn      bool // draws little: every draw can be tried
	make       func(sp Spec, p *Profile, d Dice) Scheduler
}

var kinds = []kind{
	{name: "random", make: func(_ Spec, _ *Profile, d Dice) Scheduler { return &walk{law: Random{}, dice: d} }},
	{name: "urw", make: func(_ Spec, p *Profile, d Dice) Scheduler { return &walk{law: NewURW(p), dice: d} }},
	{name: "surw", word: true, make: func(sp Spec, p *Profile, d Dice) Scheduler { return NewSURW(p.Named(sp.Word), d) }},
	{name: "pos", make: func(_ Spec, _ *Profile, d Dice) Scheduler { return NewPOS(d) }},
	{name: "pct", n: 3, least: 1, number: "depth", drawn: true,
		make: func(sp Spec, p *Profile, d Dice) Scheduler { return NewPCT(sp.N, p, d) }},
	{name: "round-robin", n: 8, least: 1, number: "mean burst",
		make: func(sp Spec, _ *Profile, d Dice) Scheduler { return &walk{law: RoundRobin{sp.N}, dice: d} }},
	{name: "preemptions", n: -1, number: "bound", systematic: true,
		make: func(sp Spec, _ *Profile, _ Dice) Scheduler { return Preemptions(sp.N) }},
	{name: "delays", n: -1, number: "bound", systematic: true,
		make: func(sp Spec, _ *Profile, _ Dice) Scheduler { return Delays(sp.N) }},
}

// maxNumber keeps numbers within what weights and costs have room for.
const maxNumber = 255

// Parse reads a spec: a name, or a name, a colon and a number or a word.
func Parse(text string) (Spec, error) {
	name, number, given := strings.Cut(text, ":")
	for i := range kinds {
		k := &kinds[i]
		if k.name != name {
			continue
		}
		if !given || k.word {
			return Spec{name, k.n, number, k}, nil
		}
		n, err := strconv.Atoi(number)
		if k.number == "" || err != nil || n < k.least || n > maxNumber {
			return Spec{}, fmt.Errorf("scheduler %q: %s", text, k.wants())
		}
		return Spec{name, n, "", k}, nil
	}
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return Spec{}, fmt.Errorf("unknown scheduler %q: have %s", text, strings.Join(names, ", "))
}

func (k *kind) wants() string {
	if k.number == "" {
		return "takes no number"
	}
	return fmt.Sprintf("the number is its %s, from %d to %d", k.number, k.least, maxNumber)
}

// All returns every scheduler with its usual number, to be compared.
func All() []Spec {
	var all []Spec
	for i := range kinds {
		all = append(all, Spec{kinds[i].name, kinds[i].n, "", &kinds[i]})
	}
	return all
}

// New returns the scheduler, for a workload with that profile. It is an error if
// the word does not race there.
func (sp Spec) New(p *Profile, d Dice) (Scheduler, error) {
	if len(p.Named(sp.Word)) == 0 && sp.Word != "" {
		var names []string
		for _, w := range p.Racing {
			names = append(names, w.Name)
		}
		return nil, fmt.Errorf("scheduler %s: no such word races in the first run: have %s", sp, strings.Join(names, ", "))
	}
	return sp.kind.make(sp, p, d), nil
}

// Systematic reports whether the scheduler draws nothing and ends.
func (sp Spec) Systematic() bool { return sp.kind.systematic }

// Drawn reports whether the scheduler draws so little that every draw can be tried.
func (sp Spec) Drawn() bool { return sp.kind.drawn }

// String is the inverse of Parse.
func (sp Spec) String() string {
	switch {
	case sp.Word != "":
		return sp.Name + ":" + sp.Word
	case sp.kind.number == "" || sp.N < 0:
		return sp.Name
	}
	return fmt.Sprintf("%s:%d", sp.Name, sp.N)
}
