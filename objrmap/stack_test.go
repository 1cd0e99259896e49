package objrmap

import "testing"

func TestStackVerdicts(t *testing.T) { testVerdicts(t, &ExpandStack) }
func TestStackBugs(t *testing.T)     { testBugs(t, &ExpandStack) }
func TestStackDropped(t *testing.T)  { testDropped(t, &ExpandStack) }
func TestStackLines(t *testing.T)    { testLines(t, &ExpandStack) }
