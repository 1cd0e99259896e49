package swapoff

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vmrace/vmrace/vm"
)

// TestRaces asks which kernel has which race, by the bug that it shows in the
// workload that is made for it. F: a schedule shows it. P: none does. A dash:
// the race does not model the kernel.
func TestRaces(t *testing.T) {
	races := []struct {
		name  string
		class *vm.Class[State, locals]
		boot  string
		bug   string
	}{
		{"fork: the child is missed", &Fork, "handle", "stale swap handle (page table entry)"},
		{"exit: entries are missed", &Exit, "exit", "stale swap handle (page table entry)"},
		{"exec: walk of freed vmas", &Exit, "exec", "use after free (vm_area_struct)"},
		{"munmap: walk of freed vmas", &Exit, "munmap", "use after free (vm_area_struct)"},
		{"munmap: entries are missed", &Exit, "munmap", "stale swap handle (page table entry)"},
		{"mremap: entries are missed", &Exit, "mremap", "stale swap handle (page table entry)"},
		{"fault: innocent task killed", &Fault, "read", "innocent task killed"},
		{"fault: handle freed twice", &Fault, "read", "swap handle freed twice"},
		{"fault: garbage", &Fault, "read", "lost data"},
		{"shm fault: both delete the page", &Shm, "nopage", "BUG_ON(page->mapping != &swapper_space)"},
		{"do_wp_page: both delete the page", &COW, "write", "BUG_ON(page->mapping != &swapper_space)"},
		{"do_wp_page: entry rewritten", &COW, "write", "lost data"},
		{"free_page_and_swap_cache: both delete the page", &COW, "munmap", "BUG_ON(page->mapping != &swapper_space)"},
		{"shrink_mmap: late swap_free", &COW, "shrink", "swap handle freed twice"},
		{"readahead: reference forced to 0", &Readahead, "anonymous", "swap handle freed twice"},
		{"readahead: page of a dead device", &Readahead, "anonymous", "stale swap handle (page in the swap cache)"},
		{"readahead: permanent count turns bad", &Readahead, "max", "stale swap handle (page table entry)"},
		{"shm fault after shm_unuse", &Shm, "nopage", "wrong accounting (shm_rss, shm_swp)"},
		{"kswapd: handle comes back", &Reestablish, "lock", "stale swap handle (page table entry)"},
		{"kswapd: clean page dropped", &Reestablish, "cached", "lost data"},
		{"kswapd: new handle of a dying device", &Reestablish, "dirty", "two pages for one handle"},
		{"kswapd: page locked by another", &Reestablish, "lock", "bad page state (add_to_swap_cache of a locked page)"},
		{"shm_swap: handle without a page", &Shm, "swap", "two pages for one handle"},
		{"shm_rmid: entries are missed", &Shm, "rmid", "stale swap handle (shm entry)"},
		{"teardown against a fault", &Teardown, "fault", "use after free (swap_map)"},
		{"teardown against shm_rmid", &Shm, "rmid", "use after free (swap_map)"},
		{"hold_mm against exec", &Hold, "exec", "count raised from zero"},
	}
	ids := []string{"V0", "V1", "V2", "V3", "V4", "V5"}
	lines := []string{"race\tworkload\t" + strings.Join(ids, "\t")}
	for _, r := range races {
		row := []string{r.name, fmt.Sprintf("%s %s", r.class.Name, r.boot)}
		boot := slices.IndexFunc(r.class.Boots, func(b vm.Boot[State]) bool { return b.Name == r.boot })
		for _, id := range ids {
			k, ok := r.class.Kernel(id)
			switch {
			case !ok || !r.class.Boots[boot].Fits(k.Patches):
				row = append(row, "-")
			case slices.Contains(names(t, r.class, k, boot), r.bug):
				row = append(row, "F")
			default:
				row = append(row, "P")
			}
		}
		lines = append(lines, strings.Join(row, "\t"))
	}
	golden(t, "races.txt", table(lines))
}
