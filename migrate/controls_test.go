package migrate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// What looks wrong and is right happens in the fixed kernel, and no oracle minds.
func TestNegativeControls(t *testing.T) {
	at := func(f vm.Func, line uint8) vm.At { return vm.At{Func: f, Line: line} }
	seen := map[string]bool{}
	see := func(s *State, x *vm.Exec, l vm.At, n vm.Next, after *State) {
		pg := &s.Page[0]
		for what, is := range map[string]bool{
			"a speculative get raises the count, and the freeze fails":   l == at(fnMove, movCount) && n != vm.Fall,
			"the count rises between its check and the freeze":           l == at(fnMove, movFreeze) && n != vm.Fall,
			"a live page has a count of zero":                            pg.Count == 0 && pg.Own != 0 && pg.Life.Free() == 0,
			"a lookup finds a frozen page and looks again":               l == at(fnFind, fndGet) && n != vm.Fall && pg.Own != 0,
			"a waiter finds a frozen page and faults again":              l == at(fnWait, wtGet) && n != vm.Fall,
			"a waiter sleeps without a reference":                        l == at(fnWait, wtSleep) && n == vm.Block,
			"a waiter wakes when its page is free":                       l == at(fnWait, wtFinish) && pg.Life.Free() > 0,
			"the swap cache's reference outlives its slot":               l == at(fnDelete, delSub) && pg.Own&byIsolate != 0,
			"an anonymous page moves without a freeze":                   l == at(fnMove, movAnonDone),
			"the expected count is made outside xa_lock":                 l == at(fnMove, movPrivate) && s.XA.Free(),
			"the freshly allocated page has a stranger's reference":      s.Page[1].Own.others() > 0 && s.Page[1].Own&byMaker != 0,
			"a reader waits for a new page that has not been copied yet": l == at(fnRead, rdLock) && n == vm.Block,
		} {
			seen[what] = seen[what] || is
			if _, known := seen[what]; !known {
				seen[what] = false
			}
		}
	}
	for _, c := range classes {
		w := watched(c, see)
		for i := range w.Boots {
			if b := &w.Boots[i]; b.Fits(kernel50.Patches) && b.Name != "starve" {
				v := explore(w, kernel50, b, fuzz.Options{})
				assert.Equal(t, fuzz.NoBug, v.Outcome, "%s %s: %s", c.Name, b.Name, v)
			}
		}
	}
	for what, is := range seen {
		assert.True(t, is, what)
	}
}
