// Package picture draws runs: as a page to step through, and in the languages
// of other tools. Everything is drawn from a [fuzz.Trace].
package picture
