package invalidate

// A second implementation of the race shared-mapping, from the mails and the
// commits and without package vm. It has no lines: whatever a task does from one
// point at which it may have to wait to the next is one step, as the locks of the
// kernel intend. The first implementation comes to the same ends and bugs only
// if its locks do what they are for.

// A plainPage is a page of the file, and the page table entry that maps it.
type plainPage struct {
	cached, dirty             bool // in the page cache; PG_dirty
	mapped, writable, written bool // the entry; written is its dirty bit
	block, unsaved            bool // reserved by ->page_mkwrite; has a store that the disk has not
}

// A plain is the state of the second implementation.
type plain struct {
	page   [mapPages]plainPage
	locked [mapPages]bool
	walked bool  // i_mmap_lock is taken
	mutex  bool  // unmap_mutex is taken
	zaps   uint8 // truncate_count
	mark   plainMark
	task   [mapCPUs]plainTask
	halted bool
}

// A plainMark is vm_truncate_count: the number of a zap that is through, or the
// page at which one was broken off.
type plainMark struct {
	at     uint8
	broken bool
}

// manyZaps is where the numbers of zaps begin again, to keep the states finite.
const manyZaps = 16

// A plainTask is where a task is in its program.
type plainTask struct {
	op, page, from, end uint8
	stage               plainStage
	number              uint8 // of its zap
	ranged              bool  // the rest of its range was unmapped
}

type plainStage uint8

const (
	plainBegin   plainStage = iota
	plainMkwrite            // a fault has found the page
	plainRelock             // ->page_mkwrite has returned without the page lock
	plainSet                // with it
	plainFound              // an invalidation has found the page
	plainUnmap              // it has the page lock, and the page is mapped
	plainZap                // it has i_mmap_lock
	plainResched            // it has let go of that in between
	plainRemove             // the page is believed to be unmapped
)

// A plainOp is an operation, by the name that the class has for it.
type plainOp struct {
	run       func(k *plainKernel, s *plain, t *plainTask) bool
	page, end uint8
}

var plainOps = map[string]plainOp{
	"invalidate page 0":        {(*plainKernel).invalidate, 0, 1},
	"invalidate pages 1 and 2": {(*plainKernel).invalidate, 1, 3},
	"invalidate all pages":     {(*plainKernel).invalidate, 0, 3},
	"write fault, page 0":      {(*plainKernel).fault, 0, 1},
	"write fault, page 1":      {(*plainKernel).fault, 1, 2},
	"store, page 0":            {(*plainKernel).store, 0, 1},
	"store, page 1":            {(*plainKernel).store, 1, 2},
	"write-back, page 0":       {(*plainKernel).writeback, 0, 1},
}

// A plainKernel is a kernel with the programs of its tasks, and what its search
// has found. An operation returns false if the task must wait.
type plainKernel struct {
	again, launder, lockedMkwrite, unmapMutex bool

	programs [][]plainOp
	resched  bool // whether a zap that may let others run does
	bugs     map[string]bool
}

func (k *plainKernel) fault(s *plain, t *plainTask) bool {
	p, locked := &s.page[t.page], &s.locked[t.page]
	if t.stage == plainSet {
		p.mapped, p.writable, p.written = true, true, true
		*locked = false
		t.stop()
		return true
	}
	if *locked {
		return false
	}
	switch {
	case t.stage == plainBegin:
		p.cached = true // found there, or read now
		t.stage = plainMkwrite
	case !p.cached:
		t.stage = plainBegin
	case t.stage == plainMkwrite:
		p.block, p.dirty = true, true
		t.stage = plainRelock
		if k.lockedMkwrite {
			*locked, t.stage = true, plainSet
		}
	default:
		*locked, t.stage = true, plainSet
	}
	return true
}

// store needs no step of its own where the entry is read-only: the task that
// stores would fault, and a fault is an operation by itself.
func (k *plainKernel) store(s *plain, t *plainTask) bool {
	if p := &s.page[t.page]; p.writable {
		if !p.block {
			k.bugs["lost store (no block is reserved for it)"] = true
		}
		p.written, p.unsaved = true, true
	}
	t.stop()
	return true
}

func (k *plainKernel) writeback(s *plain, t *plainTask) bool {
	p := &s.page[t.page]
	if s.locked[t.page] {
		return false
	}
	if p.cached && p.dirty {
		p.writable, p.written = false, false
		p.save()
	}
	t.stop()
	return true
}

// save writes a page to the disk.
func (p *plainPage) save() { p.dirty, p.block, p.unsaved = false, false, false }

func (k *plainKernel) invalidate(s *plain, t *plainTask) bool {
	switch t.stage {
	case plainBegin:
		for t.page < t.end && !s.page[t.page].cached {
			t.page++
		}
		if t.stage = plainFound; t.page == t.end {
			t.stop()
		}
	case plainFound:
		switch {
		case s.locked[t.page]:
			return false
		case !s.page[t.page].cached:
			t.page, t.stage = t.page+1, plainBegin
		default:
			s.locked[t.page], t.stage = true, plainRemove
			if s.page[t.page].mapped {
				t.stage = plainUnmap
			}
		}
	case plainRemove:
		k.remove(s, t)
	default:
		return k.unmap(s, t)
	}
	return true
}

// remove takes a page out of the page cache that is locked and should not be mapped.
func (k *plainKernel) remove(s *plain, t *plainTask) {
	p := &s.page[t.page]
	if p.mapped {
		if t.stage = plainUnmap; !k.again {
			k.bugs["BUG_ON(page_mapped(page))"] = true
			s.halted = true
		}
		return
	}
	if p.dirty && k.launder {
		p.save()
	}
	if p.dirty {
		k.bugs["spurious -EIO (a page that was mapped and written to)"] = true
	} else {
		if p.unsaved {
			k.bugs["lost store (removed from the page cache)"] = true
		}
		*p = plainPage{}
	}
	s.locked[t.page] = false
	t.page, t.stage = t.page+1, plainBegin
}

// unmap clears the entries of the rest of the range, or of a later page alone.
func (k *plainKernel) unmap(s *plain, t *plainTask) bool {
	if t.stage == plainZap {
		k.zap(s, t)
		return true
	}
	if s.walked || t.stage == plainUnmap && s.mutex {
		return false
	}
	s.walked = true
	if t.stage == plainUnmap {
		s.mutex = k.unmapMutex
		s.zaps = (s.zaps + 1) % manyZaps
		t.number = s.zaps
	}
	t.stage = plainZap
	t.from = t.page
	if s.mark.broken {
		t.from = max(t.from, s.mark.at)
	}
	if t.from >= t.last() || s.mark == (plainMark{at: t.number}) {
		k.unmapped(s, t)
	}
	return true
}

// last is the page behind those that are unmapped at a time.
func (t *plainTask) last() uint8 {
	if t.ranged {
		return t.page + 1
	}
	return t.end
}

func (k *plainKernel) zap(s *plain, t *plainTask) {
	p := &s.page[t.from]
	p.dirty = p.dirty || p.written
	p.mapped, p.writable, p.written = false, false, false
	t.from++
	switch {
	case t.from >= t.last():
		k.unmapped(s, t)
	case k.resched:
		s.mark = plainMark{t.from, true}
		s.walked, t.stage = false, plainResched
	}
}

func (k *plainKernel) unmapped(s *plain, t *plainTask) {
	s.mark = plainMark{at: t.number}
	s.walked, s.mutex = false, false
	t.from, t.number, t.ranged, t.stage = 0, 0, true, plainRemove
}

// stop ends an operation. The next one begins with nothing left of it.
func (t *plainTask) stop() { *t = plainTask{op: t.op + 1} }
