package lrulock

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestCover(t *testing.T) {
	racetest.Cover(t, &Mlock)
	racetest.Cover(t, &Pagevec)
}
