package objrmap

import (
	"fmt"
	"io"

	"github.com/vmrace/vmrace/vm"
)

// Contract returns the locking rules of a kernel of [VMAList], as its authors and
// the mails state them.
func Contract(k vm.Kernel) *vm.Contracts { return &laws[lawOf(k.Patches)] }

// WriteContracts prints, for each kernel of [VMAList], whether its contract is
// sound, and if not, who may clash with whom. No search is made.
func WriteContracts(out io.Writer) {
	for _, k := range VMAList.Kernels {
		c := Contract(k)
		clashes := c.Clashes()
		if len(clashes) == 0 {
			fmt.Fprintf(out, "%s: sound\n", k.Name)
		}
		for _, cl := range clashes {
			fmt.Fprintf(out, "%s: unsound: %s\n", k.Name, cl.Text(c.Locks))
		}
	}
}
