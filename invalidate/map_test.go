package invalidate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

func TestMapVerdicts(t *testing.T) { racetest.Verdicts(t, &SharedMapping) }
func TestMapBugs(t *testing.T)     { racetest.Bugs(t, racetest.Search(&SharedMapping)) }
func TestMapLines(t *testing.T)    { racetest.Lines(t, &SharedMapping) }
func TestMapDropped(t *testing.T) {
	racetest.Dropped(t, &SharedMapping, racetest.Mutants(&SharedMapping))
}
func TestMapModels(t *testing.T) { racetest.Models(t, "shared-mapping.models.txt", &SharedMapping) }

// Every oracle of the race fires once what guards against it is gone.
func TestMapOracles(t *testing.T) {
	at := func(f vm.Func, line uint8) vm.At { return vm.At{Func: f, Line: line} }
	for _, tt := range []struct {
		bug, kernel, boot string
		drop              []vm.At
	}{
		{string(Dangling), "2.6.38", "ranges", []vm.At{at(mfnInvalidate, invUnmap), at(mfnInvalidate, invBugOn)}},
		{string(Dangling), "2.6.38-mkwrite-unlocked", "mkwrite", []vm.At{at(mfnFault, mkwMapping)}},
		{"BUG_ON(page_mapped(page))", "2.6.38", "ranges", []vm.At{at(mfnInvalidate, invUnmap)}},
		{"BUG_ON(NULL pointer to a page)", "2.6.38", "ranges", []vm.At{at(mfnInvalidate, invLookup)}},
		{"lost store (removed from the page cache)", "2.6.38", "dirty", []vm.At{at(mfnInvalidate, invWrite), at(mfnInvalidate, invDirty), at(mfnInvalidate, invFailed)}},
		{"lost store (no block is reserved for it)", "2.6.38", "dirty", []vm.At{at(mfnFault, mkwReserve)}},
		{"lost store (the page is clean)", "2.6.38", "mkwrite", []vm.At{at(mfnWriteback, wrbWrite)}},
		{"spurious -EIO (a page that was mapped and written to)", "2.6.38", "dirty", []vm.At{at(mfnInvalidate, invLaunder), at(mfnInvalidate, invWrite)}},
		{"lock held at rest (page)", "2.6.38", "dirty", []vm.At{at(mfnInvalidate, invUnlock)}},
		{"lock held at rest (unmap_mutex)", "2.6.38", "dirty", []vm.At{at(mfnUnmap, unmMutexUnlock)}},
	} {
		m := vm.New(&SharedMapping, racetest.Kernel(t, &SharedMapping, tt.kernel), vm.SMP, tt.drop...)
		require.Contains(t, racetest.Shown(t, m, racetest.Boot(t, &SharedMapping, tt.boot)), tt.bug)
	}
}

// One CPU without preemption is enough for the bookmark: the broken-off walk
// sleeps with nothing but the bookmark to tell how far it has come. With the
// mutex nobody looks at it then.
func TestBookmarkNeedsNoSecondCPU(t *testing.T) {
	for kernel, racy := range map[string]bool{"2.6.30": true, "2.6.38": false} {
		k := racetest.Kernel(t, &SharedMapping, kernel)
		require.Equal(t, racy, fuzz.Of(&SharedMapping).Check(k, vm.UP, fuzz.Options{}).Verdict == "racy", kernel)
	}
}
