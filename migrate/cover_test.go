package migrate

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestCover(t *testing.T) {
	racetest.Cover(t, &Migrate)
	racetest.Cover(t, &Wait)
}
