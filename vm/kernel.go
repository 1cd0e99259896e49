package vm

// A Kernel is a named set of patches.
type Kernel struct {
	Name    string // unique within the class, as on the command line: "2.5.31-bk7"
	ID      string // the variant's short name in the class's documentation: "A0"
	Version string // the release or tree it stands for
	Year    int
	Source  string // commit, mail or file that it was read in
	About   string // what is particular about it, in one sentence
	Patches Patch
	Fixed   bool // no bug is expected; the tests of the class prove it
}
