package bench

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
)

// TestMemoryLimit shows that a search which hits its memory limit has kept to it
// all the time, growing included. The heap is sampled while it runs; garbage that
// was not collected yet counts, so that it is collected often and has an eighth.
func TestMemoryLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("searches half a million states")
	}
	const limit = 40 << 20
	for _, o := range []fuzz.Options{{Workers: 1}, {Workers: 2}, {POR: true}, {Compact: true}} {
		before, stop, peak := heap(), make(chan bool), make(chan int)
		go func() {
			most := 0
			for {
				select {
				case <-stop:
					peak <- most
					return
				case <-time.After(time.Millisecond):
					most = max(most, heap()-before)
				}
			}
		}()
		o.MaxBytes = limit
		v := explore(2, o)
		close(stop)
		most := <-peak
		require.Equal(t, "the limit of 40 MiB was hit", v.Limit)
		require.LessOrEqual(t, v.Bytes, limit)
		require.Greater(t, v.Bytes, limit/2)
		require.Less(t, most, limit/16*17, "%+v", o)
		require.Greater(t, most, v.Bytes/4*3, "the sampling has missed the peak")
	}
}

// heap returns the bytes in use.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
