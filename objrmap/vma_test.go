package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestVMAVerdicts(t *testing.T) { racetest.Verdicts(t, &VMAList) }
func TestVMABugs(t *testing.T)     { racetest.Bugs(t, racetest.Search(&VMAList)) }
func TestVMADropped(t *testing.T)  { racetest.Dropped(t, &VMAList, racetest.Mutants(&VMAList)) }
func TestVMALines(t *testing.T)    { racetest.Lines(t, &VMAList) }
