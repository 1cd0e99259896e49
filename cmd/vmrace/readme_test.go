package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	outputBlock = regexp.MustCompile("(?s)(```console\n\\$ vmrace ([^\n]*)\n|<!-- vmrace ([^\n]*) -->\n```\\w+\n)(.*?)```")
	goBlock     = regexp.MustCompile("(?s)```go\n(.*?)```")
	textBlock   = regexp.MustCompile("(?s)```text\n(.*?)```")
	shellLine   = regexp.MustCompile(`(?m)^go run ./cmd/vmrace ([^#\n]*)`)
)

// TestREADME shows that the output in the documents is what the program prints,
// that their Go code and what it prints are those of a tested file, and that
// their commands are known. -update rewrites the output of the program.
func TestREADME(t *testing.T) {
	t.Chdir("../..")
	for file, code := range map[string][]string{
		"README.md":                  {"fuzz/counter_test.go"},
		"docs/reading-a-diagram.md":  nil,
		"docs/writing-a-protocol.md": {"docs/freelist/freelist.go", "docs/freelist/freelist_test.go"},
		"docs/liveness.md":           nil,
		"docs/oss-fuzz.md":           nil,
		"docs/pictures.md":           nil,
		"docs/schedulers.md":         nil,
		"docs/search.md":             nil,
		"invalidate/README.md":       nil,
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		checkOutput(t, file, text)
		for _, m := range shellLine.FindAllSubmatch(text, -1) {
			call, _, _ := strings.Cut(string(m[1]), " -")
			code, _, errs := vmrace(append(strings.Fields(call), "-h")...)
			require.Equal(t, exitOK, code, errs)
		}
		checkExcerpts(t, file, text, code)
	}
}

// checkExcerpts shows that each Go block of a text is in one of the files, and
// each text block in what an example of them prints.
func checkExcerpts(t *testing.T, file string, text []byte, from []string) {
	var code, output string
	for _, name := range from {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		code += string(source)
	}
	for _, line := range strings.Split(code, "\n") {
		if comment, ok := strings.CutPrefix(line, "\t//"); ok {
			output += strings.TrimPrefix(comment, " ") + "\n"
		}
	}
	for _, m := range goBlock.FindAllSubmatch(text, -1) {
		require.Contains(t, code, strings.TrimSpace(string(m[1])), file)
	}
	for _, m := range textBlock.FindAllSubmatch(text, -1) {
		require.Contains(t, output, string(m[1]), file)
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

var link = regexp.MustCompile(`\]\(([^)#: ]+)\)`)

// TestLinks shows that the documents link to files that are there.
func TestLinks(t *testing.T) {
	t.Chdir("../..")
	files, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	pages, err := filepath.Glob("docs/findings/*.md")
	require.NoError(t, err)
	for _, file := range append(append(files, pages...), "README.md", "invalidate/README.md") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range link.FindAllSubmatch(text, -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(file), string(m[1])))
			require.NoError(t, err, file)
		}
	}
}
