package migrate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// What looks wrong and is right happens in the fixed kernel, and no oracle minds.
func TestNegativeControls(t *testing.T) {
	seen := map[string]bool{}
	see := func(st racetest.Step[State]) {
		s, pg := st.Before, &st.Before.Page[0]
		at := func(f vm.Func, line uint8) bool { return st.At == vm.At{Func: f, Line: line} }
		to := func(f vm.Func, line uint8) bool {
			return st.Ran && st.After.CPU[st.CPU].PC() == vm.At{Func: f, Line: line}
		}
		for what, is := range map[string]bool{
			"a speculative get raises the count, and the freeze fails":   at(fnMove, movCount) && to(fnMove, movFail),
			"the count rises between its check and the freeze":           at(fnMove, movFreeze) && to(fnMove, movFail),
			"a live page has a count of zero":                            pg.Count == 0 && pg.Own != 0 && pg.Life.Free() == 0,
			"a lookup finds a frozen page and looks again":               at(fnFind, fndGet) && to(fnFind, fndLoad) && pg.Own != 0,
			"a waiter finds a frozen page and faults again":              at(fnWait, wtGet) && to(fnWait, wtOut),
			"a waiter sleeps without a reference":                        at(fnWait, wtSleep) && !st.Ran,
			"a waiter wakes when its page is free":                       at(fnWait, wtFinish) && pg.Life.Free() > 0,
			"the swap cache's reference outlives its slot":               at(fnDelete, delSub) && pg.Own&byIsolate != 0,
			"an anonymous page moves without a freeze":                   at(fnMove, movAnonDone),
			"the expected count is made outside xa_lock":                 at(fnMove, movPrivate) && s.XA.Free(),
			"the freshly allocated page has a stranger's reference":      s.Page[1].Own.others() > 0 && s.Page[1].Own&byMaker != 0,
			"a reader waits for a new page that has not been copied yet": at(fnRead, rdLock) && !st.Ran,
		} {
			seen[what] = seen[what] || is
		}
	}
	for _, c := range classes {
		m := vm.New(c, kernel50, vm.SMP)
		assert.Empty(t, racetest.Shown(t, m), c.Name)
		for _, b := range racetest.Boots(m) {
			racetest.Walk(m, b, see)
		}
	}
	for what, is := range seen {
		assert.True(t, is, what)
	}
}
