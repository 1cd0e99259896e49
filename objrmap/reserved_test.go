package objrmap

import "testing"

func TestReservedVerdicts(t *testing.T) { testVerdicts(t, &Reserved) }
func TestReservedBugs(t *testing.T)     { testBugs(t, &Reserved) }
func TestReservedDropped(t *testing.T)  { testDropped(t, &Reserved) }
func TestReservedLines(t *testing.T)    { testLines(t, &Reserved) }
