package swapoff

import "testing"

// TestRaces keeps the table of races and kernels.
func TestRaces(t *testing.T) { golden(t, "races.txt", RaceTable()) }
