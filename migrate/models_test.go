package migrate

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

// The scheduling models: several CPUs, one with preemption, one without.
func TestSchedulingModels(t *testing.T) {
	for _, c := range classes {
		racetest.Models(t, c.Name+".models.txt", c)
	}
}
