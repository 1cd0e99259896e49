package fuzz

// prefetch reads the memory that adding the states of a batch will need: first
// the slots of all of them, then the states that these point to. The reads of
// one pass do not depend on each other, so that the processor waits for memory
// once, not once per state.
func prefetch[S comparable](t *table[node[S]], batch []succ[S]) (sum uint32) {
	for i := range batch {
		sum += t.slots[batch[i].hash>>t.shift].id
	}
	for i := range batch {
		if s := t.slots[batch[i].hash>>t.shift]; s.id != 0 && s.hash == batch[i].hash {
			sum += uint32(t.at(s.id - 1).last[0])
		}
	}
	return sum
}
