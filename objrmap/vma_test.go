package objrmap

import "testing"

func TestVMAVerdicts(t *testing.T) { testVerdicts(t, &VMAList) }
func TestVMABugs(t *testing.T)     { testBugs(t, &VMAList) }
func TestVMADropped(t *testing.T)  { testDropped(t, &VMAList) }
func TestVMALines(t *testing.T)    { testLines(t, &VMAList) }
