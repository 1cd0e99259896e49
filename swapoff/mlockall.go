package swapoff

import "github.com/vmrace/vmrace/vm"

// do_mlockall, mm/mlock.c: stores def_flags, in which Sarcar's patch keeps
// MM_GONE, as a whole.
const (
	mlkDown = iota
	mlkFlags
	mlkUp
)

var mlockallListing = vm.Listing[State, locals]{Name: "do_mlockall", Source: "mm/mlock.c", Step: (*State).mlockall, Lines: []vm.Line{
	mlkDown:  {Text: "down(&current->mm->mmap_sem);", Sleeps: true},
	mlkFlags: {Text: "current->mm->def_flags = def_flags;"},
	mlkUp:    {Text: "up(&current->mm->mmap_sem);"},
}}

func (s *State) mlockall(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case mlkDown:
		return m.Sem.Down(x, &s.BKL)
	case mlkFlags:
		goneLost(x, m.Flags, l.mm)
		m.Flags.Clear(x, gone)
	case mlkUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// goneLost is the oracle of code that takes def_flags for a word of its own: it
// overwrites or copies MM_GONE.
func goneLost(x *vm.Exec, f vm.Flags, m uint8) {
	if f.Has(gone) {
		x.Bug(vm.Accounting, int(m), "MM_GONE")
	}
}
