package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

// The scheduling models: several CPUs, one with preemption, one without.
func TestSchedulingModels(t *testing.T) {
	racetest.Models(t, "vma-list.models.txt", &VMAList)
	racetest.Models(t, "reserved.models.txt", &Reserved)
	racetest.Models(t, "expand-stack.models.txt", &ExpandStack)
	racetest.Models(t, "page-tables.models.txt", &PageTables)
}
