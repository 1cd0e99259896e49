package fuzz

import (
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// A site is what is known of a CPU with its stack and locals.
type site struct {
	ran     vm.Touch // by the line there
	blocked vm.Touch // by the line when it could not go on
	next    []uint32
	lock    int32 // offset of the lock that the line has taken each time; free: never ran; none: it may go on without
}

const (
	free = -1
	none = -2
)

// again begins another pass.
func (p *persistent[S, L]) again() {
	p.grew, p.stale, p.last = false, 0, 0
	p.forget()
}

// settled reports whether a pass has learned something, but for so many of its states
// nothing more, that it is time for the next one: this one does not count anyway.
func (p *persistent[S, L]) settled(states int) bool {
	if p.news {
		p.news, p.last = false, states
	}
	return p.grew && states > 3*p.last+1000
}

// site returns the number of the site of a CPU, given the packer's number for its
// stack and locals.
func (p *persistent[S, L]) site(c uint32, cpu int) uint32 {
	for len(p.index[cpu]) <= int(c) {
		p.index[cpu] = append(p.index[cpu], 0)
	}
	at := &p.index[cpu][c]
	if *at == 0 {
		p.sites = append(p.sites, site{lock: free})
		*at = uint32(len(p.sites))
	}
	return *at - 1
}

// learn notes what the line of a CPU has just done, from a state and its key.
func (p *persistent[S, L]) learn(x *vm.Exec, from *S, k key, to *S, cpu int, status vm.Status) {
	var t vm.Touch
	x.Touched(&t)
	lock := int32(none)
	if off, ok := x.Lock(); ok {
		lock = int32(off)
	}
	here, there := k[keyCPU+cpu], p.pack.cpuNumber(to, cpu)
	if !p.add(here, there, cpu, status, &t, lock) || p.group == nil {
		return
	}
	p.group.images(p.m.CPU(from, cpu), p.m.CPU(to, cpu), cpu, &t, lock, func(from, to *S, cpu int, t *vm.Touch, lock int32) {
		p.add(p.pack.cpuNumber(from, cpu), p.pack.cpuNumber(to, cpu), cpu, status, t, lock)
	})
}

// add adds to what is known and reports whether it was new.
func (p *persistent[S, L]) add(from, to uint32, cpu int, status vm.Status, t *vm.Touch, lock int32) bool {
	id := p.site(from, cpu)
	at := &p.sites[id]
	grew := false
	if status == vm.Blocked {
		grew = at.blocked.Join(t)
	} else {
		grew = at.ran.Join(t)
		if at.lock == free {
			at.lock, grew = lock, true
			if lock >= 0 && int(lock) < len(p.locks)*64 {
				p.locks[lock/64] |= 1 << (lock % 64)
			}
		} else if at.lock != lock && at.lock != none {
			at.lock, grew = none, true
		}
		if next := p.site(to, cpu); !contains(p.sites[id].next, next) {
			p.sites[id].next = append(p.sites[id].next, next)
			p.edges++
			grew = true
		}
	}
	p.news = p.news || grew
	if grew && !p.grew {
		p.grew, p.stale, p.wait = true, 1, 0
	}
	return grew
}

func contains(ids []uint32, id uint32) bool {
	for _, i := range ids {
		if i == id {
			return true
		}
	}
	return false
}

// numberOf returns the number of a set of held locks.
func (p *persistent[S, L]) numberOf(held vm.Words) int {
	if held == (vm.Words{}) {
		return 0
	}
	n, ok := p.number[held]
	if !ok {
		n = len(p.future)
		p.number[held] = n
		p.future = append(p.future, nil)
	}
	return n
}

// ahead returns what a CPU may touch from a place on, while others hold locks.
// The number is that of the set of locks.
func (p *persistent[S, L]) ahead(from uint32, held vm.Words, number int) *vm.Touch {
	for len(p.future[number]) <= int(from) {
		p.future[number] = append(p.future[number], nil)
		p.places++
	}
	if t := p.future[number][from]; t != nil {
		return t
	}
	t := &vm.Touch{}
	for len(p.seen) < len(p.sites) {
		p.seen = append(p.seen, 0)
	}
	p.round++
	p.seen[from] = p.round
	for stack := []uint32{from}; len(stack) > 0; {
		at := &p.sites[stack[len(stack)-1]]
		stack = stack[:len(stack)-1]
		t.Join(&at.blocked)
		if at.lock >= 0 && at.lock < 256 && held.Has(int(at.lock)) {
			continue
		}
		t.Join(&at.ran)
		for _, id := range at.next {
			if p.seen[id] != p.round {
				p.seen[id] = p.round
				stack = append(stack, id)
			}
		}
	}
	p.future[number][from] = t
	return t
}

// bytes returns the memory that the table takes, with all futures computed.
func (p *persistent[S, L]) bytes() int {
	return len(p.sites)*int(unsafe.Sizeof(site{})) + 4*p.edges + p.places*int(unsafe.Sizeof(vm.Touch{})+8)
}
