package lrulock

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestScanCosts(t *testing.T) {
	var b strings.Builder
	WriteScanCosts(&b)
	racetest.Golden(t, "scan-cost.txt", b.String())
}

// The refile to the active list costs less than to leave mlocked pages where a
// scan meets them, and more than to take them off the lists.
func TestScanCostsInOrder(t *testing.T) {
	steady := map[string]float64{}
	for _, c := range ScanCosts() {
		if c.Mlocked == mlockPages-1 {
			steady[c.Kernel.ID] = c.Steady
		}
	}
	assert.Greater(t, steady["D0r"], steady["D0"])
	for _, id := range []string{"B-M2", "B-M3", "B-M5c", "B-M6r"} {
		assert.Greater(t, steady["D0"], steady[id], id)
		assert.Zero(t, steady[id], id)
	}
}
