package fuzz

import (
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// A batch is some nodes of the same cost, in blocks. The workers share out the
// blocks; what comes of it is put together in the order of the nodes, so that it
// does not matter which worker was faster.
type batch struct {
	blocks []block
	all    []block // with those that are not in use
	states int     // of the search, with those of the blocks that were looked up

	lookedUp gate
	numbered gate
}

// A block is some nodes of a batch, and what their lines have come to.
type block struct {
	ids   []uint32
	succs []succ
	keys  key // of all successors, one behind the other
	twins []twin
	seen  []sighting
	lines int          // that were executed
	base  uint32       // place of the first successor in the batch
	fresh atomic.Int32 // states that were not in the table
	first uint32       // number of the first of them
	_     [64]byte     // so that workers do not write to the same cache line
}

// A succ is a state that a line has led to, and how.
type succ struct {
	hash  uint32
	print uint32
	id    uint32 // or unnumbered
	slot  uint32 // where the table has its number
	from  uint32
	cost  cost
	move  Move
	foot  uint16 // number of what the line has touched
	fresh bool
	audit bool  // the line could be passed over
	sleep uint8 // CPUs that sleep there
}

// A twin is another node of the block that leads to a state which is noted.
type twin struct {
	from uint32
	succ uint32 // number of that state in the block
}

// key returns the key of a successor.
func (b *block) key(i, width int) key { return b.keys[i*width : (i+1)*width] }

// room makes room for the key of one more successor.
func (b *block) room(width int) key {
	at := len(b.keys)
	b.keys = slices.Grow(b.keys, width)[:at+width]
	return b.keys[at:]
}

// The place of a successor in a batch is the number of its block and, in the low
// bits, its number in the block. All nodes of a block have fewer successors than
// that, with 8 CPUs and 255 outcomes of a line.
const (
	placeBits = 18
	maxBlocks = unnumbered >> placeBits
)

func (b *block) place(i int) uint32 { return b.base | uint32(i) }

// newcomer returns the block of an unnumbered successor and its number there.
func (b *batch) newcomer(place uint32) (*block, int) {
	place &^= unnumbered
	return &b.blocks[place>>placeBits], int(place & (1<<placeBits - 1))
}

// oust takes a fresh state from a successor: an earlier one leads there, too.
func (b *batch) oust(place uint32) {
	k, i := b.newcomer(place)
	k.succs[i].fresh = false
	k.fresh.Add(-1)
}

// A sighting is a bug or an end, and the line that it was seen at.
type sighting struct {
	bug   vm.Bug
	from  uint32
	move  Move
	moved bool // else it was seen before a line was executed
	end   bool // nothing follows
	cost  cost
}

func (s *sighting) moves() []Move {
	if !s.moved {
		return nil
	}
	return []Move{s.move}
}

// A block is looked up in the table at once: the memory that the look-ups need
// then comes in together, not one after the other. If blocks are shared out, there
// are so many that no worker waits long for the last one, and so few that what they
// have led to is still in the caches when it is numbered.
const (
	blockLen = 128
	shared   = 16 // blocks per worker
)

// most returns how many nodes a batch has for that many workers.
func (b *batch) most(workers int) int {
	if workers == 1 {
		return blockLen
	}
	return blockLen * min(shared*workers, maxBlocks)
}

// begin puts the nodes into blocks, when there are that many states.
func (b *batch) begin(ids []uint32, states int) {
	b.states = states
	n := (len(ids) + blockLen - 1) / blockLen
	for len(b.all) < n {
		b.all = append(b.all, block{})
	}
	b.blocks = b.all[:n]
	for i := range b.blocks {
		b.blocks[i].begin(ids[i*blockLen : min((i+1)*blockLen, len(ids))])
		b.blocks[i].base = uint32(i) << placeBits
	}
	b.lookedUp.shut(n)
	b.numbered.shut(n)
}

func (b *block) begin(ids []uint32) {
	b.ids = ids
	b.succs, b.keys, b.twins, b.seen, b.lines = b.succs[:0], b.keys[:0], b.twins[:0], b.seen[:0], 0
}

// fan returns the number of successors of the batch.
func (b *batch) fan() int {
	n := 0
	for i := range b.blocks {
		n += len(b.blocks[i].succs)
	}
	return n
}

// bytes returns the memory that the batch takes.
func (b *batch) bytes() int {
	n := 0
	for i := range b.all {
		n += cap(b.all[i].succs)*int(unsafe.Sizeof(succ{})) + 4*cap(b.all[i].keys) + cap(b.all[i].twins)*int(unsafe.Sizeof(twin{})) + cap(b.all[i].seen)*int(unsafe.Sizeof(sighting{}))
	}
	return n
}

// each calls f for each number below n, shared out among the workers.
func (e *explorer[S, L]) each(n int, f func(w *worker[S, L], i int)) {
	if len(e.workers) == 1 || n == 1 {
		for i := range n {
			f(e.workers[0], i)
		}
		return
	}
	if e.crew == nil {
		e.crew = hire(len(e.workers))
	}
	e.crew.each(n, func(member, i int) { f(e.workers[member], i) })
}

// dismiss lets the workers go.
func (e *explorer[S, L]) dismiss() {
	if e.crew != nil {
		e.crew.dismiss()
		e.crew = nil
	}
}
