package picture

import (
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

var colour = regexp.MustCompile(`--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\);`)

// TestContrast holds the colours of the pages to the contrast that WCAG 2 asks of
// text, 4.5 to 1, on every ground that it stands on, in the light and the dark.
func TestContrast(t *testing.T) {
	for scheme, name := range []string{"light", "dark"} {
		of := map[string]float64{}
		for _, m := range colour.FindAllStringSubmatch(baseCSS, -1) {
			of[m[1]] = luminance(t, m[2+scheme])
		}
		for _, text := range []string{"ink", "dim", "blue", "race", "bug"} {
			for _, ground := range []string{"paper", "now", "race-tint", "bug-tint"} {
				require.Contains(t, of, text)
				require.Contains(t, of, ground)
				require.Greater(t, contrast(of[text], of[ground]), 4.5, "%s on %s, %s", text, ground, name)
			}
		}
		require.Greater(t, contrast(of["dim"], of["band"]), 4.5, "the name of a lock, %s", name)
	}
}

// luminance is the relative luminance of WCAG 2.
func luminance(t *testing.T, hex string) float64 {
	rgb, err := strconv.ParseUint(hex, 16, 32)
	require.NoError(t, err)
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(rgb>>(16-8*i)&0xff) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
