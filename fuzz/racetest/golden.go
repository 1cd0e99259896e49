// Package racetest has the tests that every race class runs: golden texts of
// verdicts and scheduling models, lines that run, and lines that are needed.
package racetest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// Updating reports whether golden files are to be rewritten: a test may then
// take longer over what it writes.
func Updating() bool { return *update }

// Golden compares a text with a file in testdata of the package under test, or
// writes it with -update. Blanks at the ends of lines do not count.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got = strings.Join(lines, "\n")
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "%s is out of date: read what changed, then run with -update", file)
}
