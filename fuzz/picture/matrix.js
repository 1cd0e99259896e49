"use strict";

// Links lead to the schedules without any script; this adds the keys. Escape goes
// back to the table, left and right go to the kernel before and behind.
const details = [...document.querySelectorAll(".detail")];
const links = [...document.querySelectorAll("li a")];

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const at = details.findIndex((d) => d.id === location.hash.slice(1));
  const focused = links.indexOf(document.activeElement);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  if (at >= 0 && e.key === "Escape") {
    details[at].querySelector(".close").click();
    links[at].focus();
  } else if (at >= 0 && step && details[at + step]) {
    if (document.activeElement.tagName !== "PRE") location.hash = details[at + step].id;
  } else if (at < 0 && focused >= 0 && step && links[focused + step]) {
    links[focused + step].focus();
  }
});
