package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	outputBlock = regexp.MustCompile("(?s)(```console\n\\$ vmrace ([^\n]*)\n|<!-- vmrace ([^\n]*) -->\n```\\w+\n)(.*?)```")
	goBlock     = regexp.MustCompile("(?s)```go\n(.*?)```")
	shellLine   = regexp.MustCompile(`(?m)^go run ./cmd/vmrace ([^#\n]*)`)
)

// TestREADME shows that the output in README.md is what the program prints, that
// its Go code is the tested one, and that its commands are known. -update
// rewrites the output.
func TestREADME(t *testing.T) {
	t.Chdir("../..")
	for _, file := range []string{"README.md", "docs/writing-a-protocol.md", "docs/findings.md", "docs/liveness.md", "docs/oss-fuzz.md", "docs/pictures.md", "docs/schedulers.md", "invalidate/README.md"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		checkOutput(t, file, text)
		for _, m := range shellLine.FindAllSubmatch(text, -1) {
			call, _, _ := strings.Cut(string(m[1]), " -")
			code, _, errs := vmrace(append(strings.Fields(call), "-h")...)
			require.Equal(t, exitOK, code, errs)
		}
		counter, err := os.ReadFile("fuzz/counter_test.go")
		require.NoError(t, err)
		for _, m := range goBlock.FindAllSubmatch(text, -1) {
			require.Contains(t, string(counter), strings.TrimSpace(string(m[1])), file)
		}
	}
}

// checkOutput runs the commands that stand before their output: behind a prompt,
// or, where the output is a picture, in a comment.
func checkOutput(t *testing.T, file string, text []byte) {
	now := outputBlock.ReplaceAllFunc(text, func(block []byte) []byte {
		m := outputBlock.FindSubmatch(block)
		code, out, errs := vmrace(words(string(m[2]) + string(m[3]))...)
		require.NotEqual(t, exitUsage, code, errs)
		return []byte(string(m[1]) + out + "```")
	})
	if *update && !bytes.Equal(now, text) {
		require.NoError(t, os.WriteFile(file, now, 0o644))
		return
	}
	require.Equal(t, string(now), string(text), "read what changed, then run with -update")
}

// words splits a command line; single quotes hold words together.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}
