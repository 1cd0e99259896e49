package swapoff

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Races are the classes of the package, the small ones first.
var Races = []*vm.Class[State, locals]{&Fork, &Exit, &Fault, &Shm, &Shmem, &COW, &Readahead, &Reestablish, &Teardown, &Hold, &All}

// small are the races that have a path or two, and not all.
var small = Races[:len(Races)-1]

// eras are the kernels of history in the order of the table.
var eras = []string{"V0", "V1", "V2", "V3", "V4", "V5"}

// RaceTable answers which kernel of history has which race, by search of the
// workload that is made for it: F, a schedule shows it; P, none does; a dash, the
// path is another one there. The names of the bugs that stand for the race follow.
func RaceTable() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "id\trace\tworkload\t%s\tbugs\n", strings.Join(eras, "\t"))
	for i := range rows {
		r := &rows[i]
		fmt.Fprintf(w, "%s\t%s\t%s", r.id, r.about, r.where())
		for _, id := range eras {
			fmt.Fprintf(w, "\t%s", r.answer(id, vm.SMP))
		}
		fmt.Fprintf(w, "\t%s\n", r.shows())
	}
	w.Flush()
	return b.String()
}

// SchedTable answers which scheduling model shows which race: s, two or three
// CPUs; p, one CPU with kernel preemption; u, one CPU without.
func SchedTable() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "id\trace\tworkload\t%s\n", strings.Join(eras, "\t"))
	for i := range rows {
		r := &rows[i]
		fmt.Fprintf(w, "%s\t%s\t%s", r.id, r.about, r.where())
		for _, id := range eras {
			fmt.Fprintf(w, "\t%s", r.models(id))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	return b.String()
}

// models returns the letters of the scheduling models that show the race, P if none
// does.
func (r *row) models(id string) string {
	out := ""
	for i, sched := range vm.Scheds {
		switch a := r.answer(id, sched); a {
		case "F":
			out += "spu"[i : i+1]
		case "-":
			return a
		}
	}
	if out == "" {
		return "P"
	}
	return out
}

// where names the workload.
func (r *row) where() string {
	switch {
	case r.class == nil:
		return "all"
	case r.own != nil:
		return r.class.Name + " " + r.own.Name
	default:
		return r.class.Name + " " + r.boot
	}
}

// shows says what stands for the race.
func (r *row) shows() string {
	if r.same {
		return "any that is gone if it is done later"
	}
	return strings.Join(r.bugs, ", ")
}

// answer searches the race on a kernel of history.
func (r *row) answer(id string, sched vm.Sched) string {
	if r.class != nil {
		return r.answerOf(r.class, id, sched)
	}
	out := "-"
	for _, c := range small {
		for i := range c.Boots {
			in := *r
			in.own = &c.Boots[i]
			if a := in.answerOf(c, id, sched); a == "F" || out == "-" {
				out = a
			}
		}
	}
	return out
}

func (r *row) answerOf(c *vm.Class[State, locals], id string, sched vm.Sched) string {
	k, ok := r.kernel(c, id)
	b, fits := r.workload(c, k)
	if !ok || !fits {
		return "-"
	}
	with := k
	with.Patches |= r.with
	found := bugsOf(c, with, b, sched)
	if r.same {
		return verdict(!slices.Equal(slices.Sorted(slices.Values(found)), slices.Sorted(slices.Values(bugsOf(c, k, b, sched)))))
	}
	return verdict(slices.ContainsFunc(r.bugs, func(n string) bool { return slices.Contains(found, n) }))
}

// kernel returns the kernel of history in which the race is searched.
func (r *row) kernel(c *vm.Class[State, locals], id string) (k vm.Kernel, ok bool) {
	if k, ok = c.Kernel(id); ok || !r.every {
		return k, ok
	}
	i := slices.IndexFunc(history, func(k vm.Kernel) bool { return k.ID == id })
	return history[i], true
}

// workload returns the workload that is searched, and whether it fits the kernel.
func (r *row) workload(c *vm.Class[State, locals], k vm.Kernel) (b *vm.Boot[State], fits bool) {
	b = r.own
	if b == nil {
		i := slices.IndexFunc(c.Boots, func(b vm.Boot[State]) bool { return b.Name == r.boot })
		b = &c.Boots[i]
	}
	return b, b.Fits(k.Patches)
}

func verdict(found bool) string {
	if found {
		return "F"
	}
	return "P"
}

// bugsOf searches a workload of a kernel to its end and returns the names of all
// its bugs, the one with the shortest schedule first.
func bugsOf(c *vm.Class[State, locals], k vm.Kernel, b *vm.Boot[State], sched vm.Sched) []string {
	v := fuzz.Explore(vm.New(c, k, sched), b, &vm.Workload{Programs: b.Programs}, fuzz.Options{All: true})
	if v.Limit != "" {
		panic("swapoff: a small workload is too large to be searched: " + v.Limit)
	}
	slices.SortStableFunc(v.Finds, func(a, b fuzz.Find) int { return len(a.Moves) - len(b.Moves) })
	var out []string
	for _, f := range v.Finds {
		out = append(out, f.Bug.Name())
	}
	return out
}
