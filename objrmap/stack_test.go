package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestStackVerdicts(t *testing.T) { racetest.Verdicts(t, &ExpandStack) }
func TestStackBugs(t *testing.T)     { racetest.Bugs(t, racetest.Search(&ExpandStack)) }
func TestStackDropped(t *testing.T) {
	racetest.Dropped(t, &ExpandStack, racetest.Mutants(&ExpandStack))
}
func TestStackLines(t *testing.T) { racetest.Lines(t, &ExpandStack) }
