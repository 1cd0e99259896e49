"use strict";

// The runs of one input on the kernels of a class, stepped through by hand. A
// position is a number of executed steps: 0 is the start, and one more than
// there are steps is the state at rest, if a bug showed only there.
const page = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);

let run;      // the run that is shown, one of page.runs
let trace;    // its trace
let states;   // per position, a map from words to values
let moving;   // the words that change in the run
let position = 0;
let timer;    // of the player
let noted;    // timer that writes the position into the address

function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) e.setAttribute(name, value);
  e.append(...children);
  return e;
}

const last = () => states.length - 1;
const bugsAt = (step) => trace.bugs.filter((b) => b.step === step);
const indentOf = (text) => Math.floor(text.match(/^ */)[0].length / 4);
const name = (c) => "CPU" + c;

function show(next, at) {
  run = next;
  trace = run.trace;
  moving = new Set(trace.steps.flatMap((s) => (s.changes || []).map((c) => c.name)));
  states = [new Map(trace.start.map((w) => [w.name, w.value]))];
  for (const step of trace.steps) {
    const s = new Map(states[states.length - 1]);
    for (const c of step.changes || []) s.set(c.name, c.new);
    states.push(s);
  }
  if (bugsAt(trace.steps.length).length) states.push(states[states.length - 1]);
  headline();
  drawRun();
  drawListing();
  $("slider").max = last();
  drawTicks();
  go(Math.min(at, last()));
}

function headline() {
  const bug = trace.bugs.find((b) => b.name === page.bug) || trace.bugs[0];
  $("headline").textContent = bug ? bug.text : "no bug";
  $("headline").className = bug ? "bug" : "";
  const plural = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
  $("facts").textContent = [`kernel ${run.kernel} (${run.version === run.kernel ? "" : run.version + ", "}${run.year})`, trace.sched, `boot ${trace.boot}`,
    plural(trace.steps.length, "line"), plural(trace.preemptions, "preemption")].join(" · ");
  const first = page.runs[page.asked];
  if (run === first) {
    $("whatif").textContent = run.about + ".";
    return;
  }
  const other = first.trace.steps;
  const same = (s, t) => s && t && s.cpu === t.cpu && s.func === t.func && s.text === t.text;
  const n = trace.steps.findIndex((s, i) => !same(s, other[i]));
  const leaves = n >= 0 ? n : trace.steps.length;
  const differs = n < 0 && leaves === other.length ? `It runs as ${first.kernel} does` : `It leaves the run of ${first.kernel} at step ${leaves + 1}`;
  $("whatif").textContent = `${run.about}. ${differs}.`;
}

// columnsOf returns the CPUs that have anything to do, each with the lanes that
// its critical sections need, and notes the lane of each section.
function columnsOf() {
  const busy = (c) => trace.programs[c].length || [...trace.steps, ...trace.locks].some((s) => s.cpu === c);
  const cpus = trace.programs.map((_, c) => c).filter(busy);
  return cpus.map((cpu) => {
    const free = []; // per lane, the step from which on it is free
    for (const s of trace.locks.filter((s) => s.cpu === cpu)) {
      let lane = free.findIndex((f) => f <= s.from);
      if (lane < 0) lane = free.length;
      free[lane] = s.to + 1;
      s.lane = lane;
    }
    return { cpu, lanes: Math.max(1, free.length) };
  });
}

// longest weighs a column by its longest text, within reason.
const longest = (lengths) => Math.max(20, Math.min(50, Math.max(0, ...lengths)));

function drawRun() {
  const columns = columnsOf();
  const widths = ["3.6rem"];
  const at = {}; // per CPU, the grid column of its lines
  for (const c of columns) {
    widths.push(`repeat(${c.lanes}, .95rem)`, `minmax(0, ${longest(trace.steps.filter((s) => s.cpu === c.cpu).map((s) => 2 * s.depth + s.text.length))}fr)`);
    c.first = 2 + columns.slice(0, columns.indexOf(c)).reduce((n, d) => n + d.lanes + 1, 0);
    at[c.cpu] = c.first + c.lanes;
  }
  widths.push(`minmax(0, ${longest(trace.steps.flatMap((s) => (s.changes || []).map((c) => textOf(c).length)))}fr)`);
  document.documentElement.style.setProperty("--columns", widths.join(" "));
  $("columns").replaceChildren(...columns.map((c) => el("span", { style: `grid-column: ${c.first} / ${at[c.cpu] + 1}` }, name(c.cpu))),
    el("span", { style: "grid-column: -2" }, "what it changed"));
  const rows = [row(0, 0, ...note("start", "boot " + trace.boot))];
  trace.steps.forEach((step, i) => {
    const indent = 2 * step.depth + indentOf(step.text);
    const place = `--cell: ${at[step.cpu]}; --indent: ${indent}`;
    const cells = step.op ? [el("span", { class: "op", style: place }, step.op)] : [];
    cells.push(el("span", { class: "number" }, `${i + 1}${trace.racing.includes(i) ? "!" : " "}`),
      el("span", { class: "line", "data-cpu": name(step.cpu), style: place },
        ...words(step.text.trim()), step.choices > 1 ? `  [outcome ${step.choice}]` : ""),
      effectOf(step, i));
    rows.push(row(i + 1, columns.findIndex((c) => c.cpu === step.cpu), ...cells));
  });
  if (last() > trace.steps.length) {
    rows.push(row(last(), 0, ...note("rest", restText()), effectOf({}, trace.steps.length)));
  }
  const bands = trace.locks.map((s) => {
    const c = columns.find((c) => c.cpu === s.cpu);
    return el("div", { class: "band", "aria-hidden": "true",
      style: `grid-column: ${c.first + s.lane}; grid-row: ${s.from + 2} / ${Math.min(s.to, trace.steps.length - 1) + 3}` },
    s.to - s.from + 1 >= s.lock.length / 2.6 ? s.lock : "");
  });
  $("run").replaceChildren(...rows, ...bands);
}

function restText() {
  if (!trace.ends.some((e) => e)) return "every CPU has come to its end";
  return bugsAt(trace.steps.length).some((b) => b.name === "deadlock") ? "no CPU can go on" : "and so on for ever";
}

// note returns the cells of a row that is no step.
const note = (number, text) => [el("span", { class: "number" }, number + " "),
  el("span", { class: "line", style: "--cell: 2 / -2; --indent: 0" }, text)];

function row(at, column, ...cells) {
  const racing = trace.racing.includes(at - 1) ? " racing" : "";
  const buggy = at > 0 && bugsAt(at - 1).length ? " buggy" : "";
  return el("div", { class: "step" + racing + buggy, role: "option", id: "step" + at, "data-at": at,
    style: `grid-row: ${at + 1}; --column: ${column}`, "aria-label": describe(at), "aria-selected": "false" }, ...cells);
}

// words says where a line may be broken: at spaces, and in long words behind a
// bracket, but not behind a hyphen, so that -- and -> stay whole.
const words = (text) => text.split(/(\s+)/).flatMap((word) => {
  const parts = word.length > 20 ? word.split(/(?<=[(|])/) : [word];
  return parts.flatMap((p, i) => [...(i ? [el("wbr")] : []), p.includes("-") ? el("span", { class: "word" }, p) : p]);
});

function effectOf(step, i) {
  const out = el("span", { class: "effect" });
  if (step.preempts) out.append(el("span", { class: "left" }, name(trace.steps[i - 1].cpu) + " preempted"));
  if (step.blocked) out.append(el("span", { class: "left" }, "blocks"));
  for (const c of step.changes || []) {
    out.append(el("span", c.name === trace.word ? { class: "raced" } : {}, textOf(c)));
  }
  for (const b of bugsAt(i)) out.append(el("span", { class: "bug" }, "*** " + b.text));
  return out;
}

const textOf = (c) => c.name + " " + (c.bits || `${c.old}→${c.new}`);

// describe says in one line what a position is.
function describe(at) {
  if (at === 0) return `start, boot ${trace.boot}`;
  const bugs = bugsAt(at - 1).map((b) => "*** " + b.text);
  if (at > trace.steps.length) return ["at rest", ...bugs].join(" · ");
  const s = trace.steps[at - 1];
  const what = [`${at}: ${name(s.cpu)} ${s.func}: ${s.text.trim()}`];
  if (s.preempts) what.push(`${name(trace.steps[at - 2].cpu)} preempted`);
  if (trace.racing.includes(at - 1)) what.push(`races on ${trace.word}`);
  return [...what, ...(s.changes || []).map(textOf), ...bugs].join(" · ");
}

function drawListing() {
  const entered = [];
  const places = [...trace.steps, ...trace.ends.filter((e) => e)];
  for (const s of places) {
    for (const f of [...(s.callers || []), s.func]) if (!entered.includes(f)) entered.push(f);
  }
  const known = entered.map((n) => trace.functions.find((f) => f.name === n)).filter((f) => f);
  const rest = trace.functions.filter((f) => !known.includes(f));
  $("code").replaceChildren(...known.map(listing));
  if (rest.length) {
    $("code").append(el("details", {}, el("summary", {}, `${rest.length} more that this run does not enter`), ...rest.map(listing)));
  }
}

function listing(f) {
  const body = el("tbody");
  for (const l of f.lines) {
    const mark = { "+": "plus", "-": "minus" }[l.mark] || "";
    body.append(el("tr", { class: mark, id: lineID(f.name, l.line) },
      el("td", { class: "where" }),
      el("td", { class: "mark" }, l.mark === "-" ? "−" : l.mark),
      el("td", { class: "source", style: `--indent: ${indentOf(l.text)}` }, ...words(l.text.trim()))));
  }
  return el("div", { class: "function" }, el("table", {}, el("caption", {}, f.name, el("span", {}, f.source)), body));
}

const lineID = (func, line) => `line ${func} ${line}`;

function drawTicks() {
  const tick = (at, text, kind) => el("span", { class: kind, style: `left: ${100 * at / last()}%` }, text);
  $("ticks").replaceChildren(...trace.racing.filter((i) => !bugsAt(i).length).map((i) => tick(i + 1, "!", "race")),
    ...trace.bugs.map((b) => tick(b.step + 1, "×", "bug")));
}

// go moves to a position and shows the state and the lines there.
function go(to) {
  const before = $("step" + position);
  if (before) before.setAttribute("aria-selected", "false");
  position = Math.max(0, Math.min(to, last()));
  const now = $("step" + position);
  now.setAttribute("aria-selected", "true");
  if (before !== now) now.scrollIntoView({ block: "nearest" });
  $("run").setAttribute("aria-activedescendant", now.id);
  $("slider").value = position;
  $("slider").setAttribute("aria-valuetext", describe(position));
  $("now").textContent = describe(position);
  drawState();
  drawPlaces();
  clearTimeout(noted); // browsers refuse many changes of an address in a short time
  noted = setTimeout(() => history.replaceState(null, "", `#kernel=${encodeURIComponent(run.kernel)}&step=${position}`), 250);
}

function drawState() {
  $("when").textContent = position === 0 ? "at the start" : position > trace.steps.length ? "at rest" : "after step " + position;
  const step = trace.steps[position - 1];
  const changed = new Map(((step && step.changes) || []).map((c) => [c.name, c]));
  const rows = [];
  for (const [word, value] of states[position]) {
    if (!moving.has(word) && !$("every").checked) continue;
    const c = changed.get(word);
    const moved = value !== states[0].get(word) ? "moved" : "";
    const cell = el("td", {}, value || "–");
    if (c) cell.prepend(el("span", { class: "old" }, (c.old || "–") + " → "));
    rows.push(el("tr", { class: c ? "changed" : moved }, el("td", {}, word), cell));
  }
  $("state").replaceChildren(...rows);
}

// drawPlaces marks the line that was just executed, and those at which the
// other CPUs stand.
function drawPlaces() {
  for (const e of document.querySelectorAll("#code .here")) e.classList.remove("here");
  for (const e of document.querySelectorAll("#code .where")) e.replaceChildren();
  const step = position <= trace.steps.length ? trace.steps[position - 1] : undefined;
  trace.programs.forEach((_, cpu) => {
    const executed = step && step.cpu === cpu;
    const at = executed ? step : trace.steps.slice(position).find((s) => s.cpu === cpu) || trace.ends[cpu];
    const line = at && $(lineID(at.func, at.line));
    if (!line) return;
    line.querySelector(".where").append(el("b", { class: executed ? "tag solid" : "tag" }, name(cpu)));
    if (executed) line.classList.add("here");
    if (executed || !step && cpu === firstCPU()) scrollTo(line);
  });
}

const firstCPU = () => trace.steps.length ? trace.steps[0].cpu : 0;

// scrollTo brings a line into the middle of the listing, and leaves the page alone.
function scrollTo(line) {
  const box = $("code");
  const y = line.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (y < 40 || y > box.clientHeight - 60) box.scrollTop += y - box.clientHeight / 2;
}

function play(on) {
  clearInterval(timer);
  timer = undefined;
  if (on) {
    if (position === last()) go(0);
    timer = setInterval(() => {
      go(position + 1);
      if (position === last()) play(false);
    }, 600);
  }
  $("play").textContent = on ? "Pause" : "Play";
  $("play").setAttribute("aria-pressed", String(on));
}

function press(key) {
  switch (key) {
    case "ArrowLeft": case "ArrowUp": go(position - 1); break;
    case "ArrowRight": case "ArrowDown": go(position + 1); break;
    case "Home": go(0); break;
    case "End": go(last()); break;
    case " ": play(timer === undefined); return;
    default: return;
  }
  play(false);
}

// The keys step wherever the focus is, but where they have a meaning of their
// own; up and down scroll the page unless the run has the focus.
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const own = e.target.closest("select, button, summary, input[type=checkbox]");
  const scrolls = e.target !== $("run") && e.target !== $("slider");
  if (own || scrolls && ["ArrowUp", "ArrowDown"].includes(e.key)) return;
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", " "].includes(e.key)) return;
  e.preventDefault();
  press(e.target === $("slider") ? { ArrowUp: "ArrowRight", ArrowDown: "ArrowLeft" }[e.key] || e.key : e.key);
});
$("run").addEventListener("click", (e) => {
  const step = e.target.closest(".step");
  if (step) go(Number(step.dataset.at));
});
for (const b of document.querySelectorAll("[data-key]")) b.addEventListener("click", () => press(b.dataset.key));
$("slider").addEventListener("input", () => go(Number($("slider").value)));
$("every").addEventListener("change", drawState);
$("kernel").addEventListener("change", () => { play(false); show(page.runs[$("kernel").value], position); });
$("theme").addEventListener("click", () => theme(!dark()));

const dark = () => (document.documentElement.style.colorScheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function theme(toDark) {
  document.documentElement.style.colorScheme = toDark ? "dark" : "light";
  nameTheme();
}

function nameTheme() {
  $("theme").textContent = dark() ? "Light" : "Dark";
  $("theme").title = `Show a ${dark() ? "light" : "dark"} page`;
}

nameTheme();
$("kernel").append(...page.runs.map((r, i) => el("option", { value: i }, `${r.kernel}: ${r.verdict}`)));
const asked = new URLSearchParams(location.hash.slice(1));
const begin = page.runs.findIndex((r) => r.kernel === asked.get("kernel"));
$("kernel").value = begin < 0 ? page.asked : begin;
show(page.runs[$("kernel").value], Number(asked.get("step")) || 0);
$("run").focus({ preventScroll: true });
