package main

import (
	"encoding/json"
	"flag"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
)

var screenshots = flag.String("screenshots", "", "folder to write pictures of the pages to, to be looked at")

const doubleObligation = crashers + "2.5.31-mm1-double-obligation"

// pageOf writes the page of a call and returns its address.
func pageOf(t *testing.T, args ...string) string {
	file := filepath.Join(t.TempDir(), "page.html")
	code, out, errs := vmrace(append(args, "-o", file)...)
	require.Equal(t, exitOK, code, errs)
	require.Empty(t, out)
	return "file://" + file
}

// TestScreenshots takes pictures for a person to look at.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("takes pictures with -screenshots FOLDER only")
	}
	b := startBrowser(t)
	table := pageOf(t, "matrix")
	for _, shot := range []struct {
		name, file, hash string
		width, height    int
	}{
		{"release", "FuzzPageRelease/2.5.31-mm1-double-obligation", "#step=8", 1440, 900},
		{"release-start", "FuzzPageRelease/2.5.31-mm1-double-obligation", "", 1440, 900},
		{"release-phone", "FuzzPageRelease/2.5.31-mm1-double-obligation", "#step=8", 390, 844},
		{"release-tablet", "FuzzPageRelease/2.5.31-mm1-double-obligation", "#step=20", 900, 1100},
		{"release-fixed", "FuzzPageRelease/2.5.31-mm1-double-obligation", "#kernel=2.6.17&step=9", 1440, 900},
		{"deadlock", "FuzzVMAList/2.6.7-deadlock", "#step=9", 1440, 900},
		{"migrate", "FuzzMigrate/5.0-rc4-nodebug-leak-page-off-the-LRU", "#step=22", 1600, 1000},
		{"matrix", "", "", 1440, 900},
		{"matrix-phone", "", "", 390, 844},
		{"matrix-detail", "", "#page-release.2.5.31-mm1", 1440, 900},
		{"matrix-safe", "", "#page-release.2.6.17", 1000, 500},
		{"invalidate", "FuzzInvalidate/2.4.20-lost-store-the-page-has-no-mapping", "#step=30", 1280, 800},
	} {
		url := table
		if shot.file != "" {
			url = pageOf(t, "view", "../../testdata/fuzz/"+shot.file)
		}
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			b.open(url+shot.hash, shot.width, shot.height)
			b.screenshot(filepath.Join(*screenshots, shot.name+"-"+scheme+".png"))
			require.Empty(t, b.complaints())
		}
	}
}

// TestViewNamesNoMachine shows that a page says nothing of where it was written.
func TestViewNamesNoMachine(t *testing.T) {
	code, page, errs := vmrace("view", doubleObligation)
	require.Equal(t, exitOK, code, errs)
	here, err := os.Getwd()
	require.NoError(t, err)
	for _, private := range []string{here, "testdata", "http://", "https://"} {
		require.False(t, strings.Contains(page, private), private)
	}
}

var pageData = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)

// TestViewEveryRace reads the data of a page of each class, as docs/trace-format.md
// describes it.
func TestViewEveryRace(t *testing.T) {
	for _, r := range races.All {
		files, err := filepath.Glob(filepath.Join("../../testdata/fuzz", fuzz.TargetName(r), "*"))
		require.NoError(t, err)
		code, page, errs := vmrace("view", files[0])
		require.Equal(t, exitOK, code, errs)
		var data struct {
			Asked int
			Bug   string
			Runs  []struct {
				Kernel, Version, About, Verdict string
				Year                            int
				Trace                           fuzz.Trace
			}
		}
		require.NoError(t, json.Unmarshal([]byte(pageData.FindStringSubmatch(page)[1]), &data))
		require.Len(t, data.Runs, len(r.Kernels()))
		asked := data.Runs[data.Asked]
		require.Contains(t, asked.Verdict, data.Bug)
		for i, k := range r.Kernels() {
			run := data.Runs[i]
			require.Equal(t, k.Name, run.Kernel)
			require.Equal(t, fuzz.TraceVersion, run.Trace.Version)
			require.Equal(t, k.Name, run.Trace.Kernel)
			require.Equal(t, len(run.Trace.Sightings) == 0, run.Verdict == "no bug")
			require.Equal(t, asked.Trace.Sched, run.Trace.Sched)
		}
	}
}

// TestViewRuns opens a page of each class, and goes to the end of its run on the
// oldest kernel.
func TestViewRuns(t *testing.T) {
	b := startBrowser(t)
	for _, r := range races.All {
		files, err := filepath.Glob(filepath.Join("../../testdata/fuzz", fuzz.TargetName(r), "*"))
		require.NoError(t, err)
		b.open(pageOf(t, "view", files[len(files)-1]), 1280, 800)
		b.eval(`show(page.runs[0], Infinity)`)
		require.Equal(t, b.eval(`last()`), b.eval(`document.querySelector("[aria-selected=true]").dataset.at`), files[len(files)-1])
		require.Empty(t, b.complaints())
	}
}

// TestViewSteps steps through a run with the keys of a user.
func TestViewSteps(t *testing.T) {
	b := startBrowser(t)
	url := pageOf(t, "view", doubleObligation)
	b.open(url, 1440, 900)
	const position = `document.querySelector("[aria-selected=true]").dataset.at`
	const now = `document.getElementById("now").textContent`
	require.Equal(t, "double obligation, page 0", b.eval(`document.getElementById("headline").textContent`))
	require.Equal(t, "0", b.eval(position))
	for _, test := range []struct{ key, at, says string }{
		{"ArrowRight", "1", "lru_add_drain"},
		{"ArrowDown", "2", "lru_lock free→CPU0"},
		{"ArrowLeft", "1", "lru_add_drain"},
		{"End", "34", "double free, page 0"},
		{"ArrowRight", "34", "double free, page 0"},
		{"Home", "0", "boot scanners"},
		{"ArrowUp", "0", "boot scanners"},
	} {
		b.press(test.key)
		require.Equal(t, test.at, b.eval(position), test.key)
		require.Contains(t, b.eval(now), test.says, test.key)
		require.Equal(t, test.at, b.eval(`document.getElementById("slider").value`))
	}
	b.press(" ")
	require.Equal(t, "Pause", b.eval(`document.getElementById("play").textContent`))
	b.press("ArrowRight")
	require.Equal(t, "Play", b.eval(`document.getElementById("play").textContent`))

	b.open(url+"#step=7", 1440, 900)
	require.Equal(t, "7", b.eval(position))
	b.press("ArrowRight")
	require.Contains(t, b.eval(now), "races on page0.count")
	require.Equal(t, "3", b.eval(`document.querySelectorAll(".racing").length`))
	require.Equal(t, "2", b.eval(`document.querySelectorAll(".buggy").length`))
	require.Equal(t, "4", b.eval(`document.querySelectorAll(".band").length`))
	require.Equal(t, "page0.count0 → 1", b.eval(`document.querySelector("#state .changed").textContent`))
	require.Contains(t, b.eval(`document.querySelector("#code .here").textContent`), "page_cache_get(page);")
	require.Equal(t, "CPU2", b.eval(`document.querySelector("#code .tag:not(.solid)").textContent`))
	require.Empty(t, b.complaints())
	require.Equal(t, []string{url}, b.requests(), "the page loads something")
}

// TestViewKernels shows the same bytes on other kernels.
func TestViewKernels(t *testing.T) {
	b := startBrowser(t)
	b.open(pageOf(t, "view", doubleObligation), 1440, 900)
	require.Equal(t, "27", b.eval(`document.querySelectorAll("#kernel option").length`))
	b.eval(`(document.getElementById("kernel").selectedIndex = [...document.getElementById("kernel").options].findIndex((o) => o.text === "2.6.17: no bug"))`)
	b.eval(`document.getElementById("kernel").dispatchEvent(new Event("change"))`)
	require.Equal(t, "no bug", b.eval(`document.getElementById("headline").textContent`))
	require.Contains(t, b.eval(`document.getElementById("whatif").textContent`), "It leaves the run of 2.5.31-mm1 at step 3.")
	require.Equal(t, "0", b.eval(`document.querySelectorAll(".buggy").length`))
	require.Contains(t, b.eval(`document.getElementById("code").textContent`), "get_page_unless_zero")
	require.Empty(t, b.complaints())
}

// TestViewFits shows that a page follows the user's window and taste, and that
// whatever one can act on has a name.
func TestViewFits(t *testing.T) {
	b := startBrowser(t)
	url := pageOf(t, "view", doubleObligation)
	const paper = `getComputedStyle(document.body).backgroundColor`
	b.scheme("dark")
	b.open(url, 360, 740)
	require.Equal(t, "rgb(23, 25, 27)", b.eval(paper))
	b.eval(`document.getElementById("theme").click()`)
	require.Equal(t, "rgb(253, 253, 251)", b.eval(paper))
	for _, width := range []int{360, 600, 900, 1280, 1920} {
		b.resize(width, 740)
		require.Equal(t, "true", b.eval(`document.documentElement.scrollWidth <= innerWidth`), width)
	}
	var tree struct {
		Nodes []struct {
			Ignored    bool
			Role, Name struct{ Value any }
		}
	}
	b.call("Accessibility.getFullAXTree", nil, &tree)
	named := 0
	for _, n := range tree.Nodes {
		switch n.Role.Value {
		case "button", "combobox", "slider", "checkbox", "listbox", "option", "region":
			require.NotEmpty(t, n.Name.Value, "%v", n.Role.Value)
			named++
		}
	}
	require.Greater(t, named, 34)
}

var (
	anchors  = regexp.MustCompile(`<article id="([^"]*)"`)
	viewLine = regexp.MustCompile(`<code>vmrace view (\S+) -o race.html</code>`)
)

// TestMatrixPage shows that the page has each kernel once, and that the crasher
// that it names for each bug is in the corpus and shows that bug.
func TestMatrixPage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "matrix.html")
	code, _, errs := vmrace("matrix", "-o", file)
	require.Equal(t, exitOK, code, errs)
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Less(t, len(page), 4<<20)
	kernels := 0
	for _, r := range races.All {
		kernels += len(r.Kernels())
	}
	seen := map[string]bool{}
	for _, m := range anchors.FindAllSubmatch(page, -1) {
		require.False(t, seen[string(m[1])], "two kernels share the anchor %s", m[1])
		seen[string(m[1])] = true
		require.Contains(t, string(page), `<a href="#`+string(m[1])+`"`)
	}
	require.Len(t, seen, kernels)
	crashers := viewLine.FindAllSubmatch(page, -1)
	require.Greater(t, len(crashers), kernels/2)
	for _, m := range crashers {
		c, err := fuzz.ReadCrasher(filepath.Join("../..", html.UnescapeString(string(m[1]))))
		require.NoError(t, err)
		require.NotEmpty(t, c.Bug)
	}
}

// TestMatrixKeys goes from the table to a schedule and back.
func TestMatrixKeys(t *testing.T) {
	b := startBrowser(t)
	url := pageOf(t, "matrix", "-race", "page-release")
	b.open(url, 1280, 800)
	const shown = `[...document.querySelectorAll(".detail")].filter((d) => d.checkVisibility()).map((d) => d.id)`
	require.Empty(t, b.eval(shown))
	b.press("Tab")
	require.Equal(t, "2.5.31", b.eval(`document.activeElement.querySelector("b").textContent`))
	b.press("ArrowRight")
	b.press("Enter")
	require.Equal(t, "page-release.2.5.31-20020814", b.eval(shown))
	b.press("ArrowRight")
	require.Equal(t, "page-release.2.5.31-20020815", b.eval(shown))
	require.Positive(t, len(b.eval(`document.querySelector(":target .shows").textContent`)))
	b.press("Escape")
	require.Empty(t, b.eval(shown))
	require.Equal(t, "2.5.31-20020815", b.eval(`document.activeElement.querySelector("b").textContent`))
	for _, width := range []int{360, 800, 1280} {
		b.resize(width, 740)
		require.Equal(t, "true", b.eval(`document.documentElement.scrollWidth <= innerWidth`), width)
	}
	require.Empty(t, b.complaints())
	require.Equal(t, []string{url}, b.requests())
}
