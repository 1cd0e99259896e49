package fuzz

import "math"

// estimate guesses the number of states of a search by lines from the sizes of its
// levels so far, the states at each number of lines; 0 if it cannot yet.
//
// The sizes rise and fall like a bell (Pelánek and Šimeček, "Estimating state space
// parameters", PDMC 2008), so that their logarithms lie near a parabola, which is
// laid through the later half of the levels. In the models here it is within a
// factor of two once a third of the states is known, and not to be trusted before.
func estimate(levels []int) int {
	p, ok := parabolaOf(levels, len(levels)/2)
	if !ok {
		return 0
	}
	total := 0.0
	for _, n := range levels {
		total += float64(n)
	}
	last := math.Exp(p.at(len(levels) - 1))
	for i := len(levels); ; i++ {
		n := math.Exp(p.at(i))
		total += n
		switch {
		case total > maxStates:
			return 0 // the top of the bell is too far away
		case n < 1 && n < last:
			return int(total)
		}
		last = n
	}
}

// A parabola is a*x*x + b*x + c.
type parabola struct{ a, b, c float64 }

func (p parabola) at(i int) float64 {
	x := float64(i)
	return (p.a*x+p.b)*x + p.c
}

// parabolaOf lays a parabola through the logarithms of the sizes from a level on, by
// least squares. Levels count by their sizes. It is ok if the parabola is open
// below.
func parabolaOf(levels []int, from int) (p parabola, ok bool) {
	var m [5]float64 // sums of the weights times powers of x
	var v [3]float64 // the same times y
	for i := from; i < len(levels); i++ {
		if levels[i] == 0 {
			return p, false
		}
		x, y, w := float64(i), math.Log(float64(levels[i])), float64(levels[i])
		for k := range m {
			m[k] += w
			if k < len(v) {
				v[k] += w * y
			}
			w *= x
		}
	}
	det := det3(m[4], m[3], m[2], m[3], m[2], m[1], m[2], m[1], m[0])
	if det <= 0 {
		return p, false
	}
	p.a = det3(v[2], m[3], m[2], v[1], m[2], m[1], v[0], m[1], m[0]) / det
	p.b = det3(m[4], v[2], m[2], m[3], v[1], m[1], m[2], v[0], m[0]) / det
	p.c = det3(m[4], m[3], v[2], m[3], m[2], v[1], m[2], m[1], v[0]) / det
	return p, len(levels)-from > 3 && p.a < 0
}

// det3 is the determinant of a matrix, row by row.
func det3(a, b, c, d, e, f, g, h, i float64) float64 {
	return a*(e*i-f*h) - b*(d*i-f*g) + c*(d*h-e*g)
}
