package migrate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/vm"
)

// Each patch has its name, and no kernel has a patch without one.
func TestPatchesHaveNames(t *testing.T) {
	assert.Equal(t, Fair, vm.Patch(1)<<(len(patchNames)-1), "the last patch")
	for _, c := range classes {
		for _, k := range c.Kernels {
			assert.Zero(t, k.Patches&^(vm.Patch(1)<<len(patchNames)-1), k.Name)
		}
	}
}
