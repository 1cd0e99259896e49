package fuzz

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// A Crasher is a corpus file: an input in the form that `go test` reads, and
// in a comment behind it what it shows on which kernel.
//
//	go test fuzz v1
//	[]byte("\xf2\x98\x92\x02") // vmrace v2 page-release 2.5.31-bk7 smp: double free
type Crasher struct {
	Bytes  []byte
	Race   string
	Kernel string
	Sched  string
	Bug    string // name of the bug; empty if the file has no such comment
}

const corpusHeader = "go test fuzz v1"

// A CorpusError is what is wrong with a corpus file, and where.
type CorpusError struct {
	File string
	Line int
	Text string
}

func (e *CorpusError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text) }

// maxCorpusFile limits what is read of a file.
const maxCorpusFile = 16 << 20

// ReadCrasher reads a corpus file. Its errors are those of the file system and
// [CorpusError].
func ReadCrasher(file string) (*Crasher, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return nil, &CorpusError{file, 1, "is a directory: name one corpus file in it"}
	case info.Size() > maxCorpusFile:
		return nil, &CorpusError{file, 1, fmt.Sprintf("has %d bytes: a corpus file has at most %d", info.Size(), maxCorpusFile)}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseCrasher(file, data)
}

func parseCrasher(file string, data []byte) (*Crasher, error) {
	lines := strings.Split(strings.ReplaceAll(strings.TrimRight(string(data), "\r\n"), "\r\n", "\n"), "\n")
	if lines[0] != corpusHeader {
		return nil, &CorpusError{file, 1, fmt.Sprintf("want %q as the first line of a corpus file", corpusHeader)}
	}
	if len(lines) != 2 {
		return nil, &CorpusError{file, 2, fmt.Sprintf("want one line with one []byte value, have %d lines", len(lines)-1)}
	}
	b, end, ok := parseBytes(lines[1])
	if !ok {
		return nil, &CorpusError{file, 2, `want []byte("…")`}
	}
	c := &Crasher{Bytes: b}
	note, found := strings.CutPrefix(strings.TrimSpace(lines[1][end:]), "// vmrace ")
	if !found {
		return c, nil
	}
	if err := c.parseNote(note); err != nil {
		return nil, &CorpusError{file, 2, err.Error()}
	}
	return c, nil
}

// parseBytes reads a call expression []byte("…") at the start of a line.
func parseBytes(line string) (b []byte, end int, ok bool) {
	expr, err := parser.ParseExpr(line)
	if err != nil {
		return nil, 0, false
	}
	call, ok := expr.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil, 0, false
	}
	if typ, ok := call.Fun.(*ast.ArrayType); !ok || typ.Len != nil || fmt.Sprint(typ.Elt) != "byte" {
		return nil, 0, false
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return nil, 0, false
	}
	s, err := strconv.Unquote(lit.Value)
	return []byte(s), int(call.End()) - 1, err == nil
}

func (c *Crasher) parseNote(note string) error {
	head, bug, ok := strings.Cut(note, ": ")
	f := strings.Fields(head)
	if !ok || len(f) != 4 {
		return fmt.Errorf(`want "// vmrace v%d RACE KERNEL SCHED: BUG" behind the value`, FormatVersion)
	}
	if f[0] != fmt.Sprintf("v%d", FormatVersion) {
		return fmt.Errorf("format %s is not the one of this program, v%d: find the bug again", f[0], FormatVersion)
	}
	c.Race, c.Kernel, c.Sched, c.Bug = f[1], f[2], f[3], bug
	return nil
}

// escape returns bytes as they stand in a string literal, each by itself: three
// instructions in a row may happen to be a letter of UTF-8.
func escape(b []byte) string {
	var out strings.Builder
	for i := range b {
		q := strconv.Quote(string(b[i : i+1]))
		out.WriteString(q[1 : len(q)-1])
	}
	return out.String()
}

// Marshal returns the text of the corpus file.
func (c *Crasher) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n[]byte(\"%s\")", corpusHeader, escape(c.Bytes))
	if c.Bug != "" {
		fmt.Fprintf(&b, " // vmrace v%d %s %s %s: %s", FormatVersion, c.Race, c.Kernel, c.Sched, c.Bug)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// Write replaces a corpus file, or makes it, in one step: a reader sees the
// old file or the new one.
func (c *Crasher) Write(file string) error {
	// The new file grows next to the folder of the corpus, not in it, where
	// `go test` would take it for an input.
	dir := filepath.Dir(filepath.Dir(file))
	f, err := os.CreateTemp(dir, ".crasher-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(c.Marshal()); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

// FileName is the name that a crasher goes by in a corpus: kernel and bug,
// without what file names had better not have.
func (c *Crasher) FileName() string {
	name := c.Kernel + " " + strings.NewReplacer("!=", " ne ", "==", " eq ", "!", " not ", "->", " ").Replace(c.Bug)
	if c.Sched != "smp" {
		name += " " + c.Sched
	}
	words := strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_' && r != '-'
	})
	return strings.Join(words, "-")
}
