package vm

// A WaitQueue is a wait queue whose sleepers are all woken at once: the set of
// CPUs, or tasks, that are queued and not yet woken. A wakeup that is lost shows
// as a deadlock.
type WaitQueue Set

// Add is __add_wait_queue_entry_tail with set_current_state, under the lock of
// the queue.
func (q *WaitQueue) Add(x *Exec) { Store(x, q, WaitQueue(Set(Load(x, q)).With(x.CPU))) }

// Sleep is schedule: the task is gone until somebody wakes it. Mark its line
// Sleeps.
func (q *WaitQueue) Sleep(x *Exec) Next {
	if Set(Load(x, q)).Has(x.CPU) {
		return Block
	}
	return Fall
}

// Remove is finish_wait.
func (q *WaitQueue) Remove(x *Exec) { Store(x, q, WaitQueue(Set(Load(x, q)).Without(x.CPU))) }

// WakeAll is __wake_up_locked_key for every entry.
func (q *WaitQueue) WakeAll(x *Exec) { Store(x, q, 0) }

// String prints the tasks that are queued.
func (q WaitQueue) String() string { return Set(q).String() }
