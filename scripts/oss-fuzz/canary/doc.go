// Package canary holds a fuzz target that must crash: it shows that a bug gets
// through the whole pipe, from the model to the report. See docs/oss-fuzz.md.
package canary
