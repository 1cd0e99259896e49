package migrate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
)

// Can the freeze be fooled by a reference that moves from the swap cache to a
// page table? All 16 sets of guards, each in three workloads.
func TestGuards(t *testing.T) {
	rows := GuardTable(fuzz.Options{})
	assert.Len(t, rows, 16)
	racetest.Golden(t, "guards.txt", GuardText(rows))
	for _, row := range rows {
		lock, rest := row.Has[0], row.Has[1] && row.Has[2] && row.Has[3]
		for _, v := range row.Verdicts {
			switch {
			case lock:
				assert.Empty(t, v.Bug, "%s %s: the page lock alone prevents everything", row.Kernel.Name, v.Boot)
			case v.Boot == "fork":
				assert.False(t, v.Fooled, "%s: there is no freeze to fool", row.Kernel.Name)
				assert.Equal(t, "wrong content (store into a shared anonymous page)", v.Bug, row.Kernel.Name)
			default:
				assert.Equal(t, !rest, v.Fooled, "%s %s: without the page lock, the freeze needs the other three", row.Kernel.Name, v.Boot)
			}
		}
	}
}
