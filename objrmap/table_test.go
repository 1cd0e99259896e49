package objrmap

import "testing"

func TestTableVerdicts(t *testing.T) { testVerdicts(t, &PageTables) }
func TestTableBugs(t *testing.T)     { testBugs(t, &PageTables) }
func TestTableDropped(t *testing.T)  { testDropped(t, &PageTables) }
func TestTableLines(t *testing.T)    { testLines(t, &PageTables) }
