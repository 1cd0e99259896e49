package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestCover(t *testing.T) {
	racetest.Cover(t, &VMAList)
	racetest.Cover(t, &Reserved)
	racetest.Cover(t, &ExpandStack)
	racetest.Cover(t, &PageTables)
}
