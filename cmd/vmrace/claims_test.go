package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/cmd/vmrace/internal/claims"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

const (
	findings = "../../docs/findings.md"
	pages    = "../../docs/findings"
)

// TestFindings runs the searches behind every claim and shows that each answer
// rests on evidence that holds, and that docs/findings.md and the pages in
// docs/findings are what the program prints.
func TestFindings(t *testing.T) {
	m := claims.New(races.All, fuzz.Options{})
	var rows []*claims.Row
	want := map[string]string{}
	for _, id := range claims.IDs() {
		c, _ := claims.Find(id)
		r := m.Row(c)
		require.True(t, r.Holds, "%s", r)
		rows = append(rows, r)
		if r.Page {
			want[id+".md"] = m.Page(r)
		}
	}
	document(t, findings, claims.Markdown(rows))
	for name, text := range want {
		document(t, filepath.Join(pages, name), text)
	}
	files, err := os.ReadDir(pages)
	require.NoError(t, err)
	for _, f := range files {
		require.Contains(t, want, f.Name(), "a page without a claim: remove it")
	}
}

// document compares a text with a file of the documentation, or writes it.
func document(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	have, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(have), text, "%s: read what changed, then run with -update", file)
}

// TestClaims asks for single rows, with their pages and as JSON.
func TestClaims(t *testing.T) {
	code, out, errs := vmrace("claims", "T0.5", "t0.12")
	require.Equal(t, exitOK, code, errs)
	require.True(t, strings.HasPrefix(out, "T0.5 Ehrhardt: "), out)
	require.Contains(t, out, "\n# T0.12: ")

	code, out, errs = vmrace("claims", "-format", "json", "T0.5")
	require.Equal(t, exitOK, code, errs)
	var rows []claims.Row
	require.NoError(t, json.Unmarshal([]byte(out), &rows))
	require.Len(t, rows, 1)
	require.Equal(t, "true", rows[0].Verdict)
	require.Equal(t, 2, rows[0].Findings[0].Preempts)

	code, _, errs = vmrace("claims", "T9.1")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, `no claim "T9.1": have T0.1, `)
	code, _, errs = vmrace("claims", "-format", "yaml")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "have text, json, markdown")
}

// TestCheckOfAChange searches kernels that have no name.
func TestCheckOfAChange(t *testing.T) {
	for _, test := range []struct {
		want int
		args []string
		text string
	}{
		{exitOK, []string{"-race", "swapoff-fork", "-kernel", "kanoj"}, "safe"},
		{exitBug, []string{"-race", "swapoff-fork", "-kernel", "kanoj", "-without", "h1"}, "kanoj without h1"},
		{exitOK, []string{"-race", "swapoff-shm", "-kernel", "kanoj", "-with", "shm-sem,keep-bkl"}, "kanoj with shm-sem with keep-bkl"},
		{exitBug, []string{"-race", "invalidate", "-kernel", "2.6.18", "-drop", "invalidate_complete_page: if (page_count(page) != 2) goto failed;"}, "mapped page"},
		{exitOK, []string{"-race", "page-release", "-kernel", "A0", "-bug", "leak"}, "safe"},
		{exitUsage, []string{"-race", "swapoff-fork", "-kernel", "kanoj", "-without", "h99"}, `no patch "h99": have h1, `},
		{exitUsage, []string{"-race", "swapoff-fork", "-kernel", "kanoj", "-drop", "do_fork"}, `want "function: text"`},
		{exitUsage, []string{"-race", "swapoff-fork", "-kernel", "kanoj", "-drop", "do_fork: nothing"}, `no line "nothing"`},
	} {
		code, out, errs := vmrace(append([]string{"check"}, test.args...)...)
		require.Equal(t, test.want, code, "%v: %s", test.args, errs)
		require.Contains(t, out+errs, test.text, test.args)
	}
}

// TestAbsentBugsExist shows that no claim rests on the absence of a bug that is
// nowhere: each name that a search does not find, some kernel of the race shows.
func TestAbsentBugsExist(t *testing.T) {
	known := map[string]bool{}
	for _, id := range claims.IDs() {
		c, _ := claims.Find(id)
		for _, e := range c.Evidence {
			if e.Search != nil && e.Search.Finds {
				known[e.Search.Race+" "+e.Search.Bug] = true
			}
		}
	}
	m := claims.New(races.All, fuzz.Options{})
	for _, id := range claims.IDs() {
		c, _ := claims.Find(id)
		for _, e := range c.Evidence {
			if s := e.Search; s != nil && !known[s.Race+" "+s.Bug] && s.Bug != "" {
				known[s.Race+" "+s.Bug] = somewhere(m.Race(s.Race), s.Bug)
				require.True(t, known[s.Race+" "+s.Bug], "%s: no kernel of %s has the bug %q: was it renamed?", id, s.Race, s.Bug)
			}
		}
	}
}

// somewhere reports whether any kernel of a race shows a bug.
func somewhere(r fuzz.Race, bug string) bool {
	for _, k := range r.Kernels() {
		if !k.Fixed && r.Check(k, vm.SMP, fuzz.Options{Bug: bug}).Bug != "" {
			return true
		}
	}
	return false
}
