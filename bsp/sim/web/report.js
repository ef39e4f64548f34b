// Report of the device on an app: shown before an install, and on request after it.

import { icon, make } from "./dom.js";
import { bytes } from "./format.js";

/** Lays out a report. */
export function layOut(report) {
  const parts = [
    report.description && make("p", { textContent: report.description }),
    facts(report),
    signer(report.signer),
    report.replaces !== null && changes(report),
    capabilities(report),
    report.memory.limit > 0 && memory(report.memory),
    report.missing_imports.length > 0 && missing(report.missing_imports),
    report.warnings.length > 0 && callout("Worth a look", report.warnings),
  ];
  return make("div", { className: "report" }, ...parts.filter(Boolean));
}

function callout(title, lines) {
  const items = lines.map((line) => make("li", { textContent: line }));
  return make("section", { className: "callout" }, make("h3", { textContent: title }), make("ul", {}, ...items));
}

/** Returns the section with the signer of an app. */
function signer({ kind, name }) {
  const [title, text] = {
    key: [`Signed by ${name}`, "This console trusts that key."],
    firmware: ["Part of the firmware", "It comes with the console and is updated with it."],
    nobody: ["Unsigned app", "No key that this console trusts has signed it. It is accepted because developer mode is on."],
  }[kind];
  const words = make("div", {}, make("b", { textContent: title }), make("span", { textContent: text }));
  const section = make("section", { className: "signer" }, icon(kind === "nobody" ? "unsigned" : "signed"), words);
  section.dataset.signer = kind;
  return section;
}

const CHANGE_MARKS = { signer: "unsigned", version: "version", more: "add", less: "less", cost: "cost" };

/** Returns the section with the differences from the installed version. */
function changes({ changes: all, replaces }) {
  const rows = all.map(({ about, text }) => {
    const row = make("li", {}, icon(CHANGE_MARKS[about]), make("span", { textContent: text.replace("->", "→") }));
    row.dataset.change = about;
    return row;
  });
  const against = replaces ? `compared with the installed ${replaces}` : "compared with the installed version";
  const nothing = make("p", { textContent: "Only the code: its capabilities and costs stay the same." });
  const list = rows.length > 0 ? make("ul", { className: "changes" }, ...rows) : nothing;
  return make("section", {}, heading("What changes", against), list);
}

function facts({ version, size, stored }) {
  const fact = (name, value) => make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }));
  const list = [fact("Version", version || "not stated"), fact("Size", bytes(size))];
  if (stored > 0) list.push(fact("Its files", bytes(stored)));
  return make("dl", { className: "facts" }, ...list);
}

function capabilities({ capabilities: asked, unknown }) {
  const [granted, denied] = [asked.filter((one) => one.granted), asked.filter((one) => !one.granted)];
  const count = `${granted.length} granted` + (denied.length ? `, ${denied.length} denied` : "") + (unknown.length ? `, ${unknown.length} unknown` : "");
  // Denied and unknown capabilities come first: a long list of grants would hide them.
  const rows = [
    ...denied.map(({ name, reason }) => decision("denied", name, reason)),
    ...unknown.map((name) => decision("unknown", name, "this device does not know it; it grants nothing")),
    ...granted.map(({ name, reason }) => decision("granted", name, reason)),
  ];
  const nothing = make("p", { textContent: "It asks for nothing: it can only compute and log." });
  const list = rows.length > 0 ? make("ul", { className: "decisions" }, ...rows) : nothing;
  return make("section", {}, heading("Capabilities", rows.length > 0 ? count : ""), list);
}

function decision(kind, name, reason) {
  const mark = icon({ granted: "granted", denied: "close", unknown: "unknown" }[kind]);
  mark.removeAttribute("aria-hidden");
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", kind);
  const row = make("li", { className: kind }, mark, make("code", { textContent: name }), make("span", { textContent: reason }));
  row.dataset.capability = name;
  return row;
}

function memory({ linear, engine, host, worst_case, limit }) {
  const bar = make("div", { className: "budget", role: "img", "aria-label": `${bytes(worst_case)} of ${bytes(limit)}` });
  const legend = make("p", { className: "legend" });
  for (const [kind, label, count] of [["linear", "app memory", linear], ["engine", "engine", engine], ["host", "host", host]]) {
    const part = make("i", { className: kind });
    part.style.width = `${(100 * count) / Math.max(limit, worst_case)}%`;
    bar.append(part);
    legend.append(make("span", {}, make("i", { className: kind }), `${bytes(count)} ${label}`));
  }
  const over = worst_case > limit;
  const title = heading("Maximum memory", over ? `${bytes(worst_case)}, but only ${bytes(limit)} is allowed` : `${bytes(worst_case)} of ${bytes(limit)} allowed`);
  title.lastChild.classList.toggle("over", over);
  return make("section", {}, title, bar, legend);
}

function missing(imports) {
  const names = imports.map((name) => make("li", { className: "chip", textContent: name }));
  const note = "not on this device; calls to them fail";
  return make("section", {}, heading("Missing native calls", note), make("ul", { className: "names" }, ...names));
}

function heading(text, note) {
  return make("h3", {}, text, make("small", { textContent: note }));
}
