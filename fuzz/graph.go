package fuzz

// A graph holds the edges of a search: for each node a list, in pieces that
// never move.
type graph struct {
	first  []uint32 // per node, where its list begins; 0: it is empty
	pieces [][]uint32
}

const (
	pieceBits = 16
	pieceLen  = 1 << pieceBits
	longList  = 2 * maxFan
)

// ended is the list of a node after which nothing needs to happen any more, and
// the one edge in it.
const ended = ^uint32(0)

// grow makes room for one more node.
func (g *graph) grow() { g.first = append(g.first, 0) }

// begin empties the list of a node, and end says that nothing needs to follow it.
func (g *graph) begin(id uint32) { g.first[id] = 0 }
func (g *graph) end(id uint32)   { g.first[id] = ended }

// add adds an edge. The edges of a node are added one after the other.
func (g *graph) add(from, to uint32) {
	at := g.first[from]
	if at == ended {
		return
	}
	last := len(g.pieces) - 1
	if at == 0 {
		if last < 0 || len(g.pieces[last])+longList > pieceLen {
			g.pieces = append(g.pieces, make([]uint32, 1, pieceLen))
			last++
		}
		at = uint32(last)<<pieceBits | uint32(len(g.pieces[last]))
		g.first[from] = at
		g.pieces[last] = append(g.pieces[last], 0)
	}
	p := &g.pieces[last]
	(*p)[at%pieceLen]++
	*p = append(*p, to)
}

// next returns the successors of a node.
func (g *graph) next(id uint32) []uint32 {
	at := g.first[id]
	switch at {
	case 0:
		return nil
	case ended:
		return []uint32{ended}
	}
	p, i := g.pieces[at>>pieceBits], at%pieceLen
	return p[i+1 : i+1+p[i]]
}

func (g *graph) bytes() int { return 4*cap(g.first) + 4*pieceLen*len(g.pieces) }
