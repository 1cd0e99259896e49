// Command vmrace searches, explains and shrinks races of the Linux virtual
// memory manager.
//
//	vmrace list [-race R [-kernel K]]         races and kernels; with a kernel its listings, with diff marks
//	vmrace check [-race R] [-kernel K]        search every schedule of the small workloads
//	vmrace explain FILE [-kernel K]           the diagram and the report of a corpus file
//	vmrace view FILE [-kernel K] -o PAGE      a page to step through the run of a corpus file
//	vmrace minimise FILE [-kernel K]          shrink a corpus file in place
//	vmrace matrix [-race R] [-o PAGE]         every kernel: verdict, states, simplest schedule
//	vmrace mutants [-race R]                  drop each line of each fixed kernel
//	vmrace grow -race R [-kernel K]           more CPUs, operations and pages, until the limit
//	vmrace liveness [-race R] [-kernel K]     runs that a fair scheduler never lets come to their end
//	vmrace chance [-race R] [-kernel K]       how often a random schedule hits a bug, per scheduling model
//	vmrace corpus make [-race R]              write one minimal crasher per racy kernel and bug
//	vmrace table NAME                         a measurement: scan-cost, lock-waits, guards or reductions
//
// check and matrix take -por and -symmetry, which make a search visit fewer states
// and come to the same verdict.
//
// Every command takes -h. check, matrix, mutants, explain and list take
// -format json; explain also mail, mermaid, perfetto and dot.
//
// Exit codes: 0 all is well; 1 check found a bug, or mutants a line whose fate
// the class does not explain; 2 the call or the input is wrong, and nothing was
// written; 3 a limit was hit before the answer was known.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	exitOK      = 0
	exitBug     = 1
	exitUsage   = 2
	exitUnknown = 3
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// A command is one verb: it returns the exit code, and an error for a wrong call.
type command struct {
	name, args, about string
	run               func(c *call) (int, error)
}

var commands = []command{
	{"list", "", "the races and kernels there are; with -kernel its listings", list},
	{"check", "", "search every schedule of the small workloads", check},
	{"explain", "FILE", "print the diagram and the report of a corpus file", explain},
	{"view", "FILE", "write a page to step through the run of a corpus file", view},
	{"minimise", "FILE", "shrink a corpus file in place", minimise},
	{"matrix", "", "print every kernel with its verdict and simplest schedule", matrix},
	{"mutants", "", "drop each line of each fixed kernel and search again", mutants},
	{"grow", "", "search more and more CPUs, operations and pages until the limit", growth},
	{"liveness", "", "search for runs that a fair scheduler never lets come to their end", liveness},
	{"chance", "", "measure how often a random schedule hits a bug", chance},
	{"corpus", "make", "write one minimal crasher per racy kernel and bug", corpus},
	{"table", "NAME", "print a measurement: scan-cost, lock-waits, guards or reductions", table},
}

func run(args []string, out, errs io.Writer) int {
	if len(args) == 0 || args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		usage(errs)
		return exitUsage
	}
	for _, cmd := range commands {
		if cmd.name == args[0] {
			return cmd.start(args[1:], out, errs)
		}
	}
	var names []string
	for _, cmd := range commands {
		names = append(names, cmd.name)
	}
	fmt.Fprintf(errs, "vmrace: unknown command %q: have %s\n", args[0], strings.Join(names, ", "))
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: vmrace COMMAND [flags]; COMMAND -h prints its flags")
	for _, cmd := range commands {
		fmt.Fprintf(w, "  %-9s %-5s %s\n", cmd.name, cmd.args, cmd.about)
	}
}

func (cmd command) start(args []string, out, errs io.Writer) int {
	c := newCall(cmd, out, errs)
	switch err := c.parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintf(errs, "vmrace %s: %v\n", cmd.name, err)
		return exitUsage
	}
	code, err := cmd.run(c)
	if err != nil {
		fmt.Fprintf(errs, "vmrace %s: %v\n", cmd.name, err)
		return exitUsage
	}
	return code
}
