package vm

import "fmt"

// ContractBreach is the accusation of the dynamic oracle of a [Contract].
const ContractBreach Kind = "locking contract broken"

// Contracts are the locking rules of a kernel as data: for each structure who
// may read it and who may write it, under which locks. Two oracles read the
// same table. The static one, [Contracts.Clashes], needs no run: every legal
// reader must exclude every legal writer, and every two writers each other. The
// dynamic one, [Contracts.Check], looks at each access of a run.
//
// A sound table with a kernel that breaks it, and an unsound table that the
// kernel keeps to, are different mistakes; the two oracles tell them apart.
type Contracts struct {
	Locks      []string // the names of the locks that the sets number, at most eight
	Structures []Contract
}

// A Contract is the rule of one structure. Any one of the readers' sets allows
// to read, any one of the writers' sets allows to read and write.
type Contract struct {
	Name    string // of the structure: "vma list and tree"
	Readers []Party
	Writers []Party
	// Benign says why accesses that exclude nobody are right all the same: a
	// word that is read and written at once, say. It is empty for all others.
	Benign string
}

// A Party is code that touches a structure, with all the locks that it holds.
type Party struct {
	Who  string
	Hold LockSet
}

// A Clash is a pair of legal accesses, one of them a write, that no lock keeps
// apart.
type Clash struct {
	Structure string
	Writer    Party
	Other     Party
	Both      bool // the other one writes, too
}

// Clashes is the static oracle: the pairs of parties that the table allows to
// touch a structure at the same time. A sound table has none.
func (c *Contracts) Clashes() []Clash {
	var out []Clash
	for _, s := range c.Structures {
		if s.Benign != "" {
			continue
		}
		for i, w := range s.Writers {
			for _, r := range s.Readers {
				if !w.Hold.Excludes(r.Hold) {
					out = append(out, Clash{s.Name, w, r, false})
				}
			}
			for _, v := range s.Writers[i:] {
				if !w.Hold.Excludes(v.Hold) {
					out = append(out, Clash{s.Name, w, v, true})
				}
			}
		}
	}
	return out
}

// Text prints the pair with the names of the locks.
func (c Clash) Text(locks []string) string {
	verb := "reads"
	if c.Both {
		verb = "writes"
	}
	return fmt.Sprintf("%s: %s writes under %s, %s %s under %s",
		c.Structure, c.Writer.Who, c.Writer.Hold.Text(locks), c.Other.Who, verb, c.Other.Hold.Text(locks))
}

// Check is the dynamic oracle: an access to a structure by somebody who holds
// these locks. Object is what the access is about, -1 if nothing in particular.
func (c *Contracts) Check(x *Exec, structure, object int, held LockSet, write bool) {
	s := &c.Structures[structure]
	for _, p := range s.Writers {
		if held.Covers(p.Hold) {
			return
		}
	}
	if write {
		x.Bug(ContractBreach, object, "write of "+s.Name)
		return
	}
	for _, p := range s.Readers {
		if held.Covers(p.Hold) {
			return
		}
	}
	x.Bug(ContractBreach, object, "read of "+s.Name)
}
