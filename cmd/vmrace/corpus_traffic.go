package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/vmrace/vmrace/fuzz"
)

// maxRaw limits the files of libFuzzer that are read, in bytes.
const maxRaw = 1 << 20

// corpusImport takes libFuzzer's files into a corpus, in canonical form, unless
// it has the same input already.
func corpusImport(c *call) (int, error) {
	r, dir, have, err := c.openCorpus()
	if err != nil {
		return 0, err
	}
	raw, err := readRaw(c.args[0])
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	known := map[string]bool{}
	for _, e := range have {
		known[string(r.Canonical(e.Bytes))] = true
	}
	fresh := 0
	for _, file := range raw {
		cr := &fuzz.Crasher{Bytes: r.Canonical(fuzz.FromRaw(file))}
		if known[string(cr.Bytes)] {
			continue
		}
		known[string(cr.Bytes)] = true
		fresh++
		if err := cr.Write(filepath.Join(dir, fuzz.EngineName(cr.Bytes))); err != nil {
			return 0, err
		}
	}
	fmt.Fprintf(c.out, "%d files: %d new inputs in %s, %d that it has\n", len(raw), fresh, dir, len(raw)-fresh)
	return exitOK, nil
}

// corpusExport writes each input of a corpus as a file of libFuzzer, once.
func corpusExport(c *call) (int, error) {
	r, dir, have, err := c.openCorpus()
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(c.args[0], 0o755); err != nil {
		return 0, err
	}
	written := map[string]bool{}
	for _, e := range have {
		raw := fuzz.Raw(r.Canonical(e.Bytes))
		name := fuzz.RawName(raw)
		written[name] = true
		if err := os.WriteFile(filepath.Join(c.args[0], name), raw, 0o644); err != nil {
			return 0, err
		}
	}
	fmt.Fprintf(c.out, "%d inputs of %s: %d files, %d the same as another\n", len(have), dir, len(written), len(have)-len(written))
	return exitOK, nil
}

// corpusDict prints the dictionary of a race.
func corpusDict(c *call) (int, error) {
	r, err := c.raceAsked()
	if err != nil {
		return 0, err
	}
	fmt.Fprint(c.out, r.Dictionary())
	return exitOK, nil
}

// openCorpus reads the corpus that the flags ask for; one that is not there is
// empty.
func (c *call) openCorpus() (r fuzz.Race, dir string, have []fuzz.Entry, err error) {
	if r, err = c.raceAsked(); err != nil {
		return nil, "", nil, err
	}
	if dir = c.corpus; dir == "" {
		dir = corpusDir(r)
	}
	have, err = fuzz.ReadCorpus(dir)
	if os.IsNotExist(err) {
		err = nil
	}
	return r, dir, have, err
}

// readRaw reads the files of a folder.
func readRaw(dir string) ([][]byte, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dir, f.Name())
		if !info.Mode().IsRegular() || info.Size() > maxRaw {
			return nil, fmt.Errorf("%s: want a file of at most %d bytes, as libFuzzer writes them", file, maxRaw)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	return out, nil
}
