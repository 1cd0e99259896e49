package migrate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// How each access is ordered on the machine, for a weaker memory model.
func TestOrder(t *testing.T) {
	var b strings.Builder
	for _, ls := range listings {
		for _, line := range ls.Lines {
			if line.Order != vm.Plain {
				fmt.Fprintf(&b, "%-8s %-26s %s\n", line.Order, ls.Name, strings.TrimSpace(line.Text))
			}
		}
	}
	racetest.Golden(t, "order.txt", b.String())
}

// Every lock is an acquire and every unlock a release.
func TestLocksAreOrdered(t *testing.T) {
	for _, ls := range listings {
		for _, line := range ls.Lines {
			switch {
			case strings.Contains(line.Text, "unlock_page(") || strings.Contains(line.Text, "ClearPageLocked"):
				// unlock_page is a function; its first line is the release
			case strings.Contains(line.Text, "unlock"):
				if !strings.Contains(line.Text, "goto unlock") && !strings.Contains(line.Text, "goto out_unlock") {
					assert.Equal(t, vm.Release, line.Order, "%s: %s", ls.Name, line.Text)
				}
			case strings.Contains(line.Text, "lock_page(") || strings.Contains(line.Text, "spin_lock(") || strings.Contains(line.Text, "lock_irq"):
				assert.Equal(t, vm.Acquire, line.Order, "%s: %s", ls.Name, line.Text)
			}
		}
	}
}
