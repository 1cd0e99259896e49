package invalidate

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestCover(t *testing.T) {
	racetest.Cover(t, &Invalidate)
	racetest.Cover(t, &Truncate)
	racetest.Cover(t, &SharedMapping)
}
