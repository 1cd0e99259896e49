// Package fuzz drives the machines of package vm: it turns bytes into runs,
// searches every schedule of a bounded workload, shrinks what it finds and
// prints it as the column diagram that kernel people draw in mails.
//
// The verbs, one file each:
//
//   - [Codec] decodes bytes to an [Input] and back: one byte, one instruction.
//   - [Runner] executes one input.
//   - [Explore] executes every schedule of a workload, breadth first, and
//     returns a [Verdict]: bugs with their schedules, no bug within a bound, or
//     unknown with the limit that was hit. [Options] has partial-order and
//     symmetry reduction, which [Lies] and [Asymmetries] keep sound, and hash
//     compaction.
//   - [Minimise] shrinks an input that shows a bug.
//   - [Replay] turns a schedule into a [Trace], and [Trace.Diagram] and
//     [Trace.Report] print it.
//   - [Sample] measures how many schedules a scheduler of package sched needs
//     to hit a bug, and [ProbabilityOf] computes it.
//
// They are generic over the state of the class. A [Race] is a class with its
// type hidden, for programs that handle several: see [Of].
package fuzz
