// Package sched holds schedulers: what decides, line by line, which CPU runs
// next, each from the paper that its type names. They know nothing of a
// machine or its state but what a [Point] tells them, and they draw from [Dice],
// so that a seed decides everything.
//
//   - random walks, whose next step has a law: [Random], [URW], [RoundRobin];
//   - priorities: [PCT], [POS];
//   - a part of the lines at random, the others as they come: [SURW];
//   - systematic ones, which end: [Preemptions], [Delays];
//   - [Replay] of a recorded schedule.
//
// The interface is that of Shuttle, https://github.com/awslabs/shuttle.
package sched
