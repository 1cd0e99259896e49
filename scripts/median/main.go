// Command median prints the median of numbers and how many there are; "never"
// stands for a number beyond all others.
//
//	median NAME NUMBER...
package main

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/exp/stats"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: median NAME NUMBER...")
		os.Exit(2)
	}
	var values []float64
	found := 0
	for _, a := range os.Args[2:] {
		v, err := strconv.ParseFloat(a, 64)
		switch {
		case a == "never":
			v = never
		case err != nil:
			fmt.Fprintf(os.Stderr, "median: %q is not a number\n", a)
			os.Exit(2)
		default:
			found++
		}
		values = append(values, v)
	}
	q := stats.Quantiles(values, 0, 0.5, 1)
	fmt.Printf("%-45s found %d of %d, median %s, from %s to %s\n", os.Args[1], found, len(values), show(q[1]), show(q[0]), show(q[2]))
}

// never is more than any run executes.
const never = 1e15

func show(v float64) string {
	if v >= never/2 {
		return "never"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
