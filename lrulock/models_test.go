package lrulock

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

// The scheduling models: several CPUs, one with preemption, one without.

func TestMlockModels(t *testing.T)   { racetest.Models(t, "mlock-models.txt", &Mlock) }
func TestPagevecModels(t *testing.T) { racetest.Models(t, "pagevec-models.txt", &Pagevec) }
