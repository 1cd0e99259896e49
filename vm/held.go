package vm

import "unsafe"

// Held adds the locks that a CPU holds, by their first byte, to a set: those
// that one CPU holds at a time, so that who waits for one waits for this CPU.
func (m *Machine[S, L]) Held(s *S, cpu int, held *Words) {
	if m.CPU(s, cpu).head.held&(spinlocks|sleepingLocks) == 0 {
		return
	}
	for i := range m.Layout.locks {
		w := &m.Layout.locks[i]
		if w.alone && w.off < maxWords && w.heldBy(unsafe.Add(unsafe.Pointer(s), w.off), cpu) {
			held[w.off/64] |= 1 << (w.off % 64)
		}
	}
}
