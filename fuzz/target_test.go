package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
)

func TestTargetName(t *testing.T) {
	for race, target := range map[string]string{"counter": "FuzzCounter", "page-release": "FuzzPageRelease", "swapoff-cow": "FuzzSwapoffCOW", "vma-list": "FuzzVMAList"} {
		c := counter
		c.Name = race
		require.Equal(t, target, fuzz.TargetName(fuzz.Of(&c)))
	}
}
