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
//	vmrace sample [-race R] [-kernel K]       how many schedules a scheduler needs to hit a bug
//	vmrace probability [-race R] [-kernel K]  how likely a single schedule is to hit a bug, computed
//	vmrace corpus make [-race R]              write one minimal crasher per racy kernel and bug
//	vmrace corpus import -race R DIR          take libFuzzer's files into the corpus of a race
//	vmrace corpus export -race R DIR          write the corpus of a race as libFuzzer's files
//	vmrace corpus distill -race R             find the inputs that cover all that a corpus covers
//	vmrace corpus dict -race R                print the instructions of a race as libFuzzer's dictionary
//	vmrace corpus replay [-race R]            run every crasher of the corpus on every kernel
//	vmrace coverage DIR [-kernel K]           what a corpus reaches of all that the search can reach
//	vmrace harden [-race R] [-kernel K]       run random and mutated inputs: no panic, no hang, little memory
//	vmrace table NAME                         scan-cost, lock-waits, guards, contracts, swapoff-races or reductions
//	vmrace claims [ID ...]                    what the mail threads claim and ask, with the answers
//
// check takes changes of a kernel: -with and -without PATCH,..., -drop "FUNCTION:
// line"; and -bug, to look for one bug only. check, matrix and grow take -por and
// -symmetry, which make a search visit fewer states and come to the same verdict, and
// -compact, which makes it take less memory and come to the same one in all likelihood.
//
// Every command takes -h. check, matrix, mutants, explain, list, sample,
// probability and claims take -format json; explain also mail, mermaid, perfetto
// and dot, claims markdown.
//
// Exit codes: 0 all is well; 1 check found a bug, mutants a line whose fate the
// class does not explain, or claims an answer whose evidence does not hold; 2 the
// call or the input is wrong, and nothing was written; 3 a limit was hit before
// the answer was known.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
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

// anyIDs are arguments of which there may be any number.
const anyIDs = "[ID]"

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
	{"sample", "", "count the schedules that a scheduler needs to hit a bug", sample},
	{"probability", "", "compute how likely a single schedule is to hit a bug", probability},
	{"corpus make", "", "write one minimal crasher per racy kernel and bug", corpus},
	{"corpus import", "DIR", "take libFuzzer's files into the corpus of a race", corpusImport},
	{"corpus export", "DIR", "write the corpus of a race as libFuzzer's files", corpusExport},
	{"corpus distill", "", "find the inputs of a corpus that cover all that it covers", corpusDistill},
	{"corpus dict", "", "print the instructions of a race as libFuzzer's dictionary", corpusDict},
	{"corpus replay", "", "run every crasher of the corpus on every kernel", corpusReplay},
	{"coverage", "DIR", "say which lines, racing pairs and states a corpus reaches of all there are", coverage},
	{"harden", "", "run random and mutated inputs on every kernel: no panic, no hang, little memory", harden},
	{"table", "NAME", "print a measurement or verdicts: scan-cost, lock-waits, guards, contracts, swapoff-races or reductions", table},
	{"claims", anyIDs, "answer the claims of the mail threads, or those named", answer},
}

func run(args []string, out, errs io.Writer) int {
	if len(args) == 0 || args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		usage(errs)
		return exitUsage
	}
	for _, cmd := range commands {
		if words := strings.Fields(cmd.name); slices.Equal(words, args[:min(len(words), len(args))]) {
			return cmd.start(args[len(words):], out, errs)
		}
	}
	var names []string
	for _, cmd := range commands {
		names = append(names, cmd.name)
	}
	fmt.Fprintf(errs, "vmrace: unknown command %q: have %s\n", strings.Join(args[:min(2, len(args))], " "), strings.Join(names, ", "))
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: vmrace COMMAND [flags]; COMMAND -h prints its flags")
	for _, cmd := range commands {
		fmt.Fprintf(w, "  %-14s %-5s %s\n", cmd.name, cmd.args, cmd.about)
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
