package fuzz

// A front keeps the keys of the nodes that wait, for a table that keeps of the
// others nothing but how they were reached and a fingerprint: hash compaction
// (Wolper and Leroy, "Reliable hashing without collision detection", 1993; Stern and
// Dill, "Improved probabilistic verification by hash compaction", 1995). The state of
// a node that has passed is made again by the moves that lead there.
//
// Keys are equal if 64 bits of their hashes are. If hashes are random, a search of n
// states takes some state for another one, and so may miss what follows it, with a
// probability below n*n / 2^65.
type front struct {
	width  int
	first  int        // number of the first chunk
	chunks [][]uint32 // of chunkLen keys each
	spare  [][]uint32
}

// missed bounds the probability that a search of so many states has missed one.
func missed(states int) float64 { return float64(states) * float64(states) / (1 << 65) }

// make makes room for the keys below n.
func (f *front) make(n int) {
	for (f.first+len(f.chunks))*chunkLen < n {
		if last := len(f.spare) - 1; last >= 0 {
			f.chunks = append(f.chunks, f.spare[last])
			f.spare = f.spare[:last]
			continue
		}
		f.chunks = append(f.chunks, make([]uint32, f.width*chunkLen))
	}
}

// growth returns the memory that it takes to make room for the keys below n.
func (f *front) growth(n int) int {
	chunks := (n+chunkLen-1)/chunkLen - f.first - len(f.chunks) - len(f.spare)
	return 4 * f.width * chunkLen * max(chunks, 0)
}

// key returns the key of a number, nil if it has passed.
func (f *front) key(id uint32) key {
	chunk := int(id/chunkLen) - f.first
	if chunk < 0 {
		return nil
	}
	at := int(id%chunkLen) * f.width
	return f.chunks[chunk][at : at+f.width]
}

// pass lets go of keys below n.
func (f *front) pass(n int) {
	for (f.first+1)*chunkLen <= n {
		f.spare = append(f.spare, f.chunks[0])
		f.chunks = f.chunks[1:]
		f.first++
	}
}

func (f *front) bytes() int { return 4 * f.width * chunkLen * (len(f.chunks) + len(f.spare)) }
