package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestReservedVerdicts(t *testing.T) { racetest.Verdicts(t, &Reserved) }
func TestReservedBugs(t *testing.T)     { racetest.Bugs(t, racetest.Search(&Reserved)) }
func TestReservedDropped(t *testing.T)  { racetest.Dropped(t, &Reserved, racetest.Mutants(&Reserved)) }
func TestReservedLines(t *testing.T)    { racetest.Lines(t, &Reserved) }
