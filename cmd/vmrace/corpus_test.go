package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
)

// folder makes a corpus folder that is named as the race's target, with these
// inputs.
func folder(t *testing.T, inputs ...string) string {
	dir := filepath.Join(t.TempDir(), "FuzzPageRelease")
	require.NoError(t, os.Mkdir(dir, 0o755))
	for i, input := range inputs {
		c := fuzz.Crasher{Bytes: []byte(input)}
		require.NoError(t, os.WriteFile(filepath.Join(dir, string(rune('a'+i))), c.Marshal(), 0o644))
	}
	return dir
}

// TestTraffic takes the page release corpus to libFuzzer's form and back: each
// input arrives once, in canonical form, and none arrives twice.
func TestTraffic(t *testing.T) {
	raw := filepath.Join(t.TempDir(), "raw")
	code, out, errs := vmrace("corpus", "export", "-race", "page-release", "-corpus", crashers, raw)
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, out, " the same as another")

	want := map[string]bool{}
	entries, err := fuzz.ReadCorpus(crashers)
	require.NoError(t, err)
	for _, e := range entries {
		want[string(races.All[0].Canonical(e.Bytes))] = true
	}
	for name, content := range snapshot(t, raw) {
		require.Equal(t, fuzz.RawName([]byte(content)), name)
		require.True(t, want[content[1:]], "the input behind the first byte")
	}
	require.Len(t, snapshot(t, raw), len(want))

	// A file that differs in its first byte, and one with a dead instruction, are
	// the same inputs. One without a first byte is the empty input.
	some := entries[0].Bytes
	require.NoError(t, os.WriteFile(filepath.Join(raw, "weight"), append([]byte{0xff}, some...), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(raw, "dead"), append(append([]byte{0}, some...), 239), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(raw, "empty"), nil, 0o644))
	dir := filepath.Join(t.TempDir(), "fuzz", "FuzzPageRelease")
	for _, fresh := range []int{len(want) + 1, 0} {
		code, out, errs = vmrace("corpus", "import", "-race", "page-release", "-corpus", dir, raw)
		require.Equal(t, exitOK, code, errs)
		require.Regexp(t, fmt.Sprintf(`^\d+ files: %d new inputs`, fresh), out)
		got, err := fuzz.ReadCorpus(dir)
		require.NoError(t, err)
		require.Len(t, got, len(want)+1)
		for _, e := range got {
			require.True(t, want[string(e.Bytes)] || len(e.Bytes) == 0)
			require.Equal(t, fuzz.EngineName(e.Bytes), filepath.Base(e.File))
		}
	}
}

// TestDistillKeepsCoverage shows that a distilled corpus covers what the whole one
// does, that crashers stay, and that nothing goes without -w.
func TestDistillKeepsCoverage(t *testing.T) {
	dir := folder(t, "\xf0\x94\x81", "\xf0\x94\x81\x00\x01", "\xf0\x94\x81\x04\x01\x00", "\xf0\x94\x81\x04\x01\x00\x01\x00")
	note, err := os.ReadFile(crashers + "2.5.31-bk7-double-free")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "crasher"), note, 0o644))
	reached := func() string {
		_, out, errs := vmrace("coverage", dir, "-all", "-kernel", "2.5.31-bk7")
		require.Empty(t, errs)
		_, out, _ = strings.Cut(out, "\n") // all but the number of inputs
		return out
	}
	before, all := reached(), snapshot(t, dir)

	args := []string{"corpus", "distill", "-race", "page-release", "-kernel", "2.5.31-bk7", "-corpus", dir}
	code, out, errs := vmrace(args...)
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, out, "drop ")
	require.Contains(t, out, "-w")
	require.Equal(t, all, snapshot(t, dir))

	code, out, errs = vmrace(append(args, "-w")...)
	require.Equal(t, exitOK, code, errs)
	left := snapshot(t, dir)
	require.Less(t, len(left), len(all))
	require.Contains(t, left, "crasher")
	require.Equal(t, len(all)-len(left), strings.Count(out, "drop "))
	require.Equal(t, before, reached())
}

// TestReplay shows that the table of all crashers is right, and that a crasher
// which does not bite is pointed out.
func TestReplay(t *testing.T) {
	t.Chdir("../..")
	code, out, errs := vmrace("corpus", "replay", "-race", "page-release")
	require.Equal(t, exitOK, code, errs)
	require.NotContains(t, out, "B!")
	require.Regexp(t, `2\.5\.31-bk7-double-free .* B .*\|( +\.)+`, out)

	text, err := os.ReadFile("testdata/fuzz/FuzzPageRelease/2.5.31-bk7-double-free")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	dir := corpusDir(races.All[0])
	require.NoError(t, os.MkdirAll(dir, 0o755))
	tame := strings.Replace(string(text), "double free", "leak", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "tame"), []byte(tame), 0o644))
	code, out, errs = vmrace("corpus", "replay", "-race", "page-release")
	require.Equal(t, exitBug, code, errs)
	require.Regexp(t, `tame.* b! `, out)
	require.Contains(t, out, "\n1 files, 1 cells wrong\n")
}
