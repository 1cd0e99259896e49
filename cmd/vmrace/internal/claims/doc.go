// Package claims is the list of what five mail threads claim and ask, each with
// the evidence that answers it.
//
// A [Claim] is a row: the sentence, and the questions that are put to the models.
// Each piece of [Evidence] says what the search finds and whether that speaks for
// the sentence or against it. [Machine.Row] runs the searches. Whether the answer
// is true, false or true in part is what the runs come to, not what the table
// says; and where a search does not find what the table says it finds, the row
// does not hold, which is for the reader to see and for a test to fail on.
//
// Claims that surprise have a page: the words of the mail, the schedule as a
// diagram, the explanation, and what later kernels did.
package claims
