package fuzz

// An edgeList is a graph as its strongly connected components see it.
type edgeList interface {
	len() int
	out(id uint32) []edge
}

// components returns the strongly connected components of a region that have
// an edge: a single node counts only if one leads from it to itself.
//
// Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1972;
// with a stack of its own in place of recursion, as state graphs are deep.
func components(g edgeList, nodes []uint32, in func(id uint32) bool) [][]uint32 {
	n := g.len()
	t := tarjan{g: g, in: in, index: make([]uint32, n), low: make([]uint32, n), open: make([]bool, n)}
	for _, id := range nodes {
		if in(id) && t.index[id] == 0 {
			t.visit(id)
		}
	}
	return t.found
}

type tarjan struct {
	g     edgeList
	in    func(id uint32) bool
	index []uint32 // the order of the first visit, from 1; 0: not visited
	low   []uint32 // the lowest index that is known to be reachable
	open  []bool   // on the stack
	last  uint32   // index given last
	stack []uint32
	calls []call
	found [][]uint32
}

type call struct {
	id   uint32
	edge int // the next one to look at
}

func (t *tarjan) visit(root uint32) {
	t.enter(root)
	for len(t.calls) > 0 {
		c := &t.calls[len(t.calls)-1]
		edges := t.g.out(c.id)
		if c.edge == len(edges) {
			t.leave(c.id)
			continue
		}
		to := edges[c.edge].to
		c.edge++
		switch {
		case !t.in(to):
		case t.index[to] == 0:
			t.enter(to)
		case t.open[to]:
			t.low[c.id] = min(t.low[c.id], t.index[to])
		}
	}
}

func (t *tarjan) enter(id uint32) {
	t.last++
	t.index[id], t.low[id], t.open[id] = t.last, t.last, true
	t.stack = append(t.stack, id)
	t.calls = append(t.calls, call{id: id})
}

// leave goes back to the caller, and closes the component that a node is the
// root of.
func (t *tarjan) leave(id uint32) {
	t.calls = t.calls[:len(t.calls)-1]
	if n := len(t.calls); n > 0 {
		up := t.calls[n-1].id
		t.low[up] = min(t.low[up], t.low[id])
	}
	if t.low[id] != t.index[id] {
		return
	}
	at := len(t.stack) - 1
	for t.stack[at] != id {
		at--
	}
	nodes := append([]uint32(nil), t.stack[at:]...)
	t.stack = t.stack[:at]
	for _, n := range nodes {
		t.open[n] = false
	}
	if len(nodes) > 1 || t.loops(id) {
		t.found = append(t.found, nodes)
	}
}

func (t *tarjan) loops(id uint32) bool {
	for _, e := range t.g.out(id) {
		if e.to == id {
			return true
		}
	}
	return false
}
