package refcount

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestCover(t *testing.T) {
	racetest.Cover(t, &PageRelease)
}
