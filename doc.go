// Package vmrace is a fuzz harness suite for the races of the Linux virtual
// memory manager.
//
// Historic kernel code paths are written down line by line as deterministic
// state machines. Bytes choose what each simulated CPU does and how the CPUs
// interleave. This package holds the fuzz targets, one per race class, and
// replays the corpus of minimal crashers; it exports nothing. See vm for the
// machine, fuzz for what drives it, and cmd/vmrace for the program.
package vmrace
