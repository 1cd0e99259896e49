package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const crashers = "../../testdata/fuzz/FuzzPageRelease/"

// vmrace runs the program and returns its exit code and output.
func vmrace(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

// TestGolden compares what the program prints with files in testdata.
func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"check":       {"check", "-race", "page-release", "-kernel", "C"},
		"reduced":     {"check", "-race", "page-release", "-kernel", "C", "-por", "-symmetry"},
		"explain":     {"explain", crashers + "2.5.31-bk7-double-free"},
		"elsewhere":   {"explain", crashers + "2.5.31-bk7-double-free", "-kernel", "2.5.31-ehrhardt"},
		"mail":        {"explain", "-format", "mail", doubleObligation},
		"mail-rest":   {"explain", "-format", "mail", "../../testdata/fuzz/FuzzVMAList/2.6.7-deadlock"},
		"mermaid":     {"explain", "-format", "mermaid", doubleObligation},
		"dot":         {"explain", "-format", "dot", smallDeadlock},
		"listing":     {"list", "-race", "page-release", "-kernel", "2.5.31-ehrhardt"},
		"liveness":    {"liveness", "-race", "swapoff-exit", "-kernel", "2.6.11"},
		"sample":      {"sample", "-race", "page-release", "-kernel", "2.5.31-mm1", "-bug", "double obligation", "-workload", "scanners", "-scheduler", "all", "-trials", "5", "-budget", "2000", "-timing=false"},
		"probability": {"probability", "-race", "page-release", "-kernel", "2.5.31-bk7", "-bug", "double obligation", "-sched", "preempt"},
		"coverage":    {"coverage", "../../testdata/fuzz/FuzzPageTables", "-all"},
		"dict":        {"corpus", "dict", "-race", "page-tables"},
		"distill":     {"corpus", "distill", "-race", "page-tables", "-corpus", "testdata/corpus"},
		"usage":       {},
	} {
		t.Run(name, func(t *testing.T) {
			_, out, errs := vmrace(args...)
			golden(t, name, out+errs)
		})
	}
}

func golden(t *testing.T, name, have string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(have), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), have, "read what changed, then run with -update")
}

// TestGrow compares what grow prints with a file, but for the times.
func TestGrow(t *testing.T) {
	_, out, errs := vmrace("grow", "-race", "reserved", "-max-states", "3000")
	require.Empty(t, errs)
	golden(t, "grow", regexp.MustCompile(`[0-9.]+m?s `).ReplaceAllStringFunc(out, func(s string) string { return strings.Repeat(" ", len(s)) }))
	code, out, _ := vmrace("grow", "-race", "page-release", "-kernel", "2.5.31-bk7")
	require.Equal(t, exitBug, code)
	require.Contains(t, out, "BUG_ON(page_count(page) != 0")
}

// TestTables compares the tables with the golden files of their packages.
func TestTables(t *testing.T) {
	for name, file := range map[string]string{
		"scan-cost":     "../../lrulock/testdata/scan-cost.txt",
		"lock-waits":    "../../invalidate/testdata/contention.txt",
		"guards":        "../../migrate/testdata/guards.txt",
		"swapoff-races": "../../swapoff/testdata/races.txt",
	} {
		code, out, errs := vmrace("table", name)
		require.Equal(t, exitOK, code, errs)
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), out)
	}
}

// TestExitCodes are the ones that the package comment promises.
func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		want int
		args []string
	}{
		{exitOK, []string{"check", "-race", "page-release", "-kernel", "2.6.17"}},
		{exitBug, []string{"check", "-race", "page-release", "-kernel", "A0"}},
		{exitUnknown, []string{"check", "-race", "page-release", "-kernel", "2.6.17", "-max-states", "100"}},
		{exitOK, []string{"matrix", "-race", "page-release", "-kernel", "A0"}},
		{exitOK, []string{"explain", crashers + "2.5.31-bk7-livelock"}},
		{exitOK, []string{"mutants", "-race", "swapoff-shm"}},
		{exitUnknown, []string{"probability", "-race", "page-release", "-kernel", "A0", "-max-states", "100"}},
		{exitOK, []string{"check", "-h"}},
	} {
		code, _, errs := vmrace(test.args...)
		require.Equal(t, test.want, code, "%v: %s", test.args, errs)
	}
}

// TestBadInput shows that each wrong call is told what is wrong and what would
// be right, and that nothing is written.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		return file
	}
	long := (&fuzz.Crasher{Bytes: noise(3000)}).Marshal()
	good := "go test fuzz v1\n[]byte(\"\\x80\")\n"
	for _, test := range []struct {
		args []string
		want string // part of the message
	}{
		{[]string{"frobnicate"}, "have list, check, explain"},
		{[]string{"check", "-race", "page-relase"}, `unknown race "page-relase": have page-release`},
		{[]string{"check", "-race", "page-release", "-kernel", "2.5.30"}, `no kernel "2.5.30": have `},
		{[]string{"check", "-sched", "numa"}, "have smp, preempt and up"},
		{[]string{"check", "-format", "xml"}, "have text, json"},
		{[]string{"check", "more"}, "want 0 arguments"},
		{[]string{"check", "-nonsense"}, "flag provided but not defined"},
		{[]string{"explain"}, "want 1 arguments"},
		{[]string{"explain", dir}, "is a directory"},
		{[]string{"explain", filepath.Join(dir, "none")}, "no such file"},
		{[]string{"explain", write("empty", "")}, "empty:1: want \"go test fuzz v1\""},
		{[]string{"explain", write("noise", string(noise(1<<20)))}, "noise:1: want"},
		{[]string{"explain", write("int", "go test fuzz v1\nint(3)\n")}, "int:2: want []byte"},
		{[]string{"explain", write("two", "go test fuzz v1\n[]byte(\"\")\n[]byte(\"\")\n")}, "two:2: want one line"},
		{[]string{"explain", write("note", "go test fuzz v1\n[]byte(\"\") // vmrace v1 page-release: x\n")}, "note:2: want"},
		{[]string{"explain", write("old", "go test fuzz v1\n[]byte(\"\") // vmrace v0 page-release A0 smp: x\n")}, "old:2: format v0"},
		{[]string{"explain", write("anon", good)}, "give -race, one of page-release"},
		{[]string{"view", "-race", "migration-wait", "-kernel", "5.0-rc4", write("long", string(long))}, "a page has room for 1000"},
		{[]string{"explain", "-format", "dot", "-max-states", "6", smallDeadlock}, "more than 6 states"},
		{[]string{"explain", "-format", "svg", write("svg", good)}, "have text, json, mail, mermaid, perfetto, dot"},
		{[]string{"minimise", "-race", "page-release", write("fine", good)}, "shows no bug on kernel"},
		{[]string{"sample", "-trials", "0"}, "want at least 1"},
		{[]string{"sample", "-race", "page-release", "-scheduler", "pcd"}, `unknown scheduler "pcd": have random, urw`},
		{[]string{"sample", "-race", "page-release", "-scheduler", "pct:0"}, "depth, from 1 to 255"},
		{[]string{"sample", "-race", "page-release", "-kernel", "A0", "-workload", "x"}, `no workload "x": have shrink, `},
		{[]string{"sample", "-race", "page-release", "-kernel", "A0", "-workload", "shrink", "-scheduler", "surw:x"}, "workload shrink: scheduler surw:x: no such word races in the first run: have inactive_list, page0.count"},
		{[]string{"probability", "-race", "page-release", "-scheduler", "delays"}, "is not computed"},
		{[]string{"probability", "-race", "page-release", "-scheduler", "all"}, "unknown scheduler"},
		{[]string{"table", "costs"}, "have scan-cost, lock-waits, swapoff-races, guards, contracts, reductions"},
		{[]string{"corpus", "eat"}, `unknown command "corpus eat": have list`},
		{[]string{"corpus", "import", dir}, "give -race, one of page-release"},
		{[]string{"corpus", "import", "-race", "page-release"}, "want 1 arguments (DIR)"},
		{[]string{"corpus", "import", "-race", "page-release", filepath.Join(dir, "none")}, "no such file"},
		{[]string{"corpus", "import", "-race", "page-release", "-corpus", filepath.Join(dir, "new"), filepath.Dir(dir)}, "want a file of at most"},
		{[]string{"corpus", "export", "-race", "page-release", "-corpus", dir, filepath.Join(dir, "new")}, "empty:1:"},
		{[]string{"corpus", "distill", "-race", "page-release", "-kernel", "2.5.30"}, `no kernel "2.5.30"`},
		{[]string{"coverage", filepath.Join(dir, "none")}, "no such file"},
		{[]string{"coverage", t.TempDir()}, "has no inputs"},
		{[]string{"harden", "-runs", "0"}, "want at least 1"},
		{[]string{"mutants", "-race", "page-release", "-kernel", "A0"}, "is racy"},
	} {
		before := snapshot(t, dir)
		code, out, errs := vmrace(test.args...)
		require.Equal(t, exitUsage, code, test.args)
		require.Contains(t, errs, test.want, test.args)
		require.Empty(t, out, test.args)
		require.Equal(t, before, snapshot(t, dir), test.args)
	}
}

// noise returns n bytes without a pattern, always the same.
func noise(n int) []byte {
	b := make([]byte, n)
	for i, x := 0, uint32(7); i < len(b); i++ {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

func snapshot(t *testing.T, dir string) map[string]string {
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		all[f.Name()] = string(data)
	}
	return all
}

// TestNoiseIsAnInput shows that any bytes at all are a run.
func TestNoiseIsAnInput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "noise")
	require.NoError(t, os.WriteFile(file, (&fuzz.Crasher{Bytes: noise(1 << 20)}).Marshal(), 0o644))
	code, out, errs := vmrace("explain", "-race", "page-release", file)
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, out, "no bug")
}

// TestMinimise shrinks a padded crasher in place to what the corpus has.
func TestMinimise(t *testing.T) {
	c, err := fuzz.ReadCrasher(crashers + "2.5.31-bk7-double-obligation")
	require.NoError(t, err)
	want := len(c.Bytes)
	dir := filepath.Join(t.TempDir(), "fuzz", "FuzzPageRelease")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	file := filepath.Join(dir, "padded")
	padded := append(append([]byte(nil), c.Bytes...), 0x8f, 0x03, 0xef)
	require.NoError(t, os.WriteFile(file, (&fuzz.Crasher{Bytes: padded}).Marshal(), 0o644))
	code, out, errs := vmrace("minimise", file, "-kernel", "2.5.31-bk7", "-bug", "double obligation")
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, out, "double obligation")
	got, err := fuzz.ReadCrasher(file)
	require.NoError(t, err)
	require.Equal(t, "2.5.31-bk7", got.Kernel)
	require.LessOrEqual(t, len(got.Bytes), want)
	left, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Len(t, left, 1, "a temporary file was left behind")
}

// TestJSON shows that what a program may want to read has the promised fields.
func TestJSON(t *testing.T) {
	for _, test := range []struct {
		args   []string
		fields []string
	}{
		{[]string{"matrix", "-race", "page-release", "-kernel", "A0"}, []string{"race", "kernel", "id", "version", "year", "source", "verdict", "bug", "states", "steps", "preemptions", "bound"}},
		{[]string{"mutants", "-race", "page-release", "-kernel", "2.4.27-unless-zero"}, []string{"race", "kernel", "function", "line", "text", "verdict", "bug", "reason"}},
		{[]string{"list"}, []string{"race", "about", "target", "kernels"}},
		{[]string{"sample", "-race", "page-release", "-kernel", "A0", "-budget", "10"}, []string{"race", "kernel", "workload", "sched", "scheduler", "trials", "budget", "first", "schedules", "seconds"}},
		{[]string{"probability", "-race", "page-release", "-kernel", "A0"}, []string{"race", "kernel", "workload", "sched", "scheduler", "low", "high", "states"}},
	} {
		code, out, errs := vmrace(append(test.args, "-format", "json")...)
		require.Equal(t, exitOK, code, errs)
		var objects []map[string]any
		require.NoError(t, json.Unmarshal([]byte(out), &objects))
		require.NotEmpty(t, objects)
		for _, o := range objects {
			for _, f := range test.fields {
				require.Contains(t, o, f)
			}
		}
	}
	code, out, _ := vmrace("explain", "-format", "json", crashers+"2.5.31-bk7-double-free")
	require.Equal(t, exitOK, code)
	var trace fuzz.Trace
	require.NoError(t, json.Unmarshal([]byte(out), &trace))
	require.Equal(t, 1, trace.Preemptions)
	require.Len(t, trace.Racing, 3)
}
