package fuzz

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
)

// An Entry is a file of a corpus.
type Entry struct {
	File string
	*Crasher
}

// ReadCorpus reads every file of a corpus folder, in the order of their names.
func ReadCorpus(dir string) ([]Entry, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, f := range files {
		file := filepath.Join(dir, f.Name())
		c, err := ReadCrasher(file)
		if err != nil {
			return nil, err
		}
		out = append(out, Entry{file, c})
	}
	return out, nil
}

// Raw returns the file that libFuzzer's driver for Go, go-118-fuzz-build v2,
// hands to a fuzz target as this input. Its first byte is a weight that divides
// a file among several arguments; with one argument it means nothing.
func Raw(input []byte) []byte { return append([]byte{0}, input...) }

// FromRaw returns the input that a libFuzzer file stands for.
func FromRaw(file []byte) []byte { return file[min(1, len(file)):] }

// RawName is the name that libFuzzer gives a file.
func RawName(file []byte) string { return fmt.Sprintf("%x", sha1.Sum(file)) }
