package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/cmd/vmrace/internal/claims"
)

// answer runs the searches behind the claims and prints the answers. An answer
// whose evidence does not hold is the program's to report: it exits with 1.
func answer(c *call) (int, error) {
	list, err := c.claimsAsked()
	if err != nil {
		return 0, err
	}
	m := claims.New(races.All, c.quiet())
	rows := make([]*claims.Row, len(list))
	code := exitOK
	progress := terminal(c.errs)
	for i, cl := range list {
		if progress {
			fmt.Fprintf(c.errs, "\r%-6s %d of %d", cl.ID, i+1, len(list))
		}
		rows[i] = m.Row(cl)
		if !rows[i].Holds {
			code = exitBug
		}
	}
	if progress {
		fmt.Fprint(c.errs, "\r\x1b[K")
	}
	switch {
	case c.format == "json":
		c.json(rows)
	case c.format == "markdown":
		fmt.Fprint(c.out, claims.Markdown(rows))
	default:
		for i, r := range rows {
			if i > 0 {
				fmt.Fprintln(c.out)
			}
			fmt.Fprint(c.out, r)
		}
		if len(c.args) > 0 {
			for _, r := range rows {
				fmt.Fprint(c.out, "\n", m.Page(r))
			}
		}
	}
	return code, nil
}

// claimsAsked returns the claims of the arguments, all if there are none.
func (c *call) claimsAsked() ([]*claims.Claim, error) {
	ids := c.args
	if len(ids) == 0 {
		ids = claims.IDs()
	}
	var out []*claims.Claim
	for _, id := range ids {
		cl, ok := claims.Find(id)
		if !ok {
			return nil, fmt.Errorf("no claim %q: have %s", id, strings.Join(claims.IDs(), ", "))
		}
		out = append(out, cl)
	}
	return out, nil
}

// terminal reports whether a person may be watching.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
