package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/cmd/races"
)

// TestFootprintsAreHonest shows for each kernel that its lines touch what they
// say they touch, and no more: the reduced searches build on it.
func TestFootprintsAreHonest(t *testing.T) {
	limit := 1000
	if testing.Short() {
		limit = 500
	}
	for _, r := range races.All {
		t.Run(r.Name(), func(t *testing.T) {
			for _, k := range r.Kernels() {
				assert.Empty(t, r.Lies(k, limit), k.Name)
			}
		})
	}
}
