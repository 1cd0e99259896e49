package vm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/vm"
)

func TestObjects(t *testing.T) {
	type page struct{ Count uint8 }
	type state struct {
		CPU   [2]vm.CPU[struct{}]
		Page  [3]page
		MM    [1]page
		Locks [2]vm.Spinlock
		Lone  page
	}
	require.Equal(t, "3 pages, 1 mm", vm.Objects[state](), "arrays of structs, without CPUs, words and single structs")
	require.Empty(t, vm.Objects[struct{ Counter uint8 }]())
}
