package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A browser is a headless Chromium with one page, driven over a pipe in the
// DevTools protocol: one JSON object after the other, with a zero byte behind each.
// See https://chromedevtools.github.io/devtools-protocol.
type browser struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	id      int
	session string
	seen    []message // events, in the order in which they came
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// startBrowser starts Chromium for one test, or skips the test if there is none.
func startBrowser(t *testing.T) *browser {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium in the path: apt-get install chromium, to test what pages do")
	}
	profile, err := os.MkdirTemp("", "vmrace-chromium")
	require.NoError(t, err)
	theirIn, in, err := os.Pipe()
	require.NoError(t, err)
	out, theirOut, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		"--user-data-dir="+profile, "--remote-debugging-pipe")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	require.NoError(t, cmd.Start())
	theirIn.Close()
	theirOut.Close()
	b := &browser{t: t, in: in, out: bufio.NewReader(out)}
	stop := time.AfterFunc(3*time.Minute, func() { cmd.Process.Kill() })
	t.Cleanup(func() {
		b.call("Browser.close", nil, nil)
		cmd.Wait()
		stop.Stop()
		// Its helpers may still write for a moment.
		for i := 0; i < 50 && os.RemoveAll(profile) != nil; i++ {
			time.Sleep(20 * time.Millisecond)
		}
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", args{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", args{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network", "Accessibility"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

type args map[string]any

// call calls a method and waits for its result. Events that come in between are kept.
func (b *browser) call(method string, params args, result any) {
	b.t.Helper()
	b.id++
	request := args{"id": b.id, "method": method}
	if params != nil {
		request["params"] = params
	}
	if b.session != "" && method != "Browser.close" {
		request["sessionId"] = b.session
	}
	text, err := json.Marshal(request)
	require.NoError(b.t, err)
	_, err = b.in.Write(append(text, 0))
	require.NoError(b.t, err)
	for {
		m := b.read()
		if m.ID != b.id {
			continue
		}
		require.Nil(b.t, m.Error, method)
		if result != nil {
			require.NoError(b.t, json.Unmarshal(m.Result, result))
		}
		return
	}
}

func (b *browser) read() message {
	b.t.Helper()
	text, err := b.out.ReadBytes(0)
	require.NoError(b.t, err, "the browser is gone")
	var m message
	require.NoError(b.t, json.Unmarshal(text[:len(text)-1], &m))
	if m.Method != "" {
		b.seen = append(b.seen, m)
	}
	return m
}

// open loads a page in a window of that size and waits until it has.
func (b *browser) open(url string, width, height int) {
	b.t.Helper()
	b.resize(width, height)
	b.seen = nil
	// By way of an empty page: a new fragment alone loads nothing.
	for _, u := range []string{"about:blank", url} {
		b.call("Page.navigate", args{"url": u}, nil)
		for loaded := false; !loaded; {
			loaded = b.read().Method == "Page.loadEventFired"
		}
	}
}

func (b *browser) resize(width, height int) {
	b.call("Emulation.setDeviceMetricsOverride", args{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// scheme makes the page believe that the user prefers light or dark.
func (b *browser) scheme(name string) {
	b.call("Emulation.setEmulatedMedia", args{"features": []args{{"name": "prefers-color-scheme", "value": name}}}, nil)
}

// press presses and releases a key, as a user does.
func (b *browser) press(key string) {
	b.t.Helper()
	code := map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}[key]
	require.NotZero(b.t, code, key)
	event := args{"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": code}
	if key == "Enter" {
		event["type"], event["text"] = "keyDown", "\r"
	}
	b.call("Input.dispatchKeyEvent", event, nil)
	b.call("Input.dispatchKeyEvent", args{"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}, nil)
}

// eval returns the value of an expression of JavaScript as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var r struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", args{"expression": "String(" + expression + ")"}, &r)
	require.Empty(b.t, string(r.ExceptionDetails), expression)
	return r.Result.Value.(string)
}

// screenshot writes a picture of the window.
func (b *browser) screenshot(file string) {
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", args{"format": "png"}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(file, png, 0o644))
}

// requests returns the addresses that were asked for since the page was opened.
func (b *browser) requests() []string {
	var urls []string
	for _, m := range b.seen {
		var p struct {
			Request struct{ URL string } `json:"request"`
		}
		if m.Method == "Network.requestWillBeSent" {
			require.NoError(b.t, json.Unmarshal(m.Params, &p))
			urls = append(urls, p.Request.URL)
		}
	}
	return urls
}

// complaints returns what the console and the log were told since the page was opened.
func (b *browser) complaints() []string {
	var texts []string
	for _, m := range b.seen {
		switch m.Method {
		case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
			texts = append(texts, string(m.Params))
		}
	}
	return texts
}
