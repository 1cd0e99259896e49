package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestTableVerdicts(t *testing.T) { racetest.Verdicts(t, &PageTables) }
func TestTableBugs(t *testing.T)     { racetest.Bugs(t, &PageTables) }
func TestTableDropped(t *testing.T)  { racetest.Dropped(t, &PageTables) }
func TestTableLines(t *testing.T)    { racetest.Lines(t, &PageTables) }
