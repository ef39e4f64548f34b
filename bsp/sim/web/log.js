// Live log. Filtering, searching, pausing and clearing affect only this page, not the device.

import { find, make, say } from "./dom.js";
import { LogHistory } from "./log-history.js";

const MOST_LINES = 1000;
const LEVELS = ["debug", "info", "warn", "error"];
const NEAR_END_PX = 32;
/** Time for which the confirmation of a button is shown. */
const SAID_MS = 2000;

/** Shows the log lines that `link` receives. */
export class Log {
  #list = find("#log");
  #apps = find("#log-app");
  #level = find("#log-level");
  #search = find("#log-search");
  #pause = find("#log-pause");
  #latest = find("#log-latest");
  /** Lines and marks that are not yet in the list. */
  #waiting = [];
  #lost = 0;
  #paused = false;
  #following = true;
  #scheduled = false;

  constructor(link) {
    new LogHistory(link, { take: (line) => this.#take(line), mark: (text) => this.#mark(text) });
    link.on("apps", ({ apps }) => apps.forEach(({ name }) => this.#offer(name)));
    for (const list of [this.#apps, this.#level]) list.addEventListener("change", () => this.#filter());
    this.#search.addEventListener("input", () => this.#filter());
    this.#pause.addEventListener("click", () => this.#togglePause());
    find("#log-clear").addEventListener("click", () => this.#clear());
    find("#log-copy").addEventListener("click", () => this.#copy());
    find("#log-download").addEventListener("click", () => this.#download());
    this.#latest.addEventListener("click", () => this.#toEnd());
    this.#list.addEventListener("scroll", () => this.#scrolled());
    this.#offer("");
  }

  #take(line) {
    this.#waiting.push(line);
    if (this.#waiting.length > MOST_LINES) this.#lost += 1 + (this.#waiting.shift().dropped ?? 0);
    if (this.#paused) this.#showPause();
    else this.#schedule();
  }

  /** Adds a mark between the lines; returns a function that changes its text. */
  #mark(text) {
    const row = markRow(text);
    this.#waiting.push(row);
    this.#schedule();
    return (other) => say(row, other);
  }

  // Adds lines at most once a frame, so that a flood of lines does not block the page.
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      if (!this.#paused) this.#flush();
    });
  }

  #flush() {
    const rows = this.#waiting.splice(0).flatMap((line) => this.#rows(line));
    this.#list.append(...rows);
    while (this.#list.childElementCount > MOST_LINES) this.#list.firstElementChild.remove();
    this.#showEmpty();
    if (this.#following) this.#toEnd();
  }

  #rows(line) {
    if (line instanceof Element) return [line];
    const dropped = line.dropped + this.#lost;
    this.#lost = 0;
    const row = lineRow(line);
    row.hidden = !this.#shows(row);
    this.#offer(line.app);
    return dropped > 0 ? [markRow(`${countOf(dropped)} dropped`), row] : [row];
  }

  #offer(app) {
    if ([...this.#apps.options].some(({ value }) => value === app)) return;
    this.#apps.append(make("option", { value: app, textContent: app || "Device" }));
  }

  #shows(row) {
    const { from, level } = row.dataset;
    if (level === undefined) return true;
    const wanted = this.#apps.value;
    const isWanted = (wanted === "*" || wanted === from) && LEVELS.indexOf(level) >= Number(this.#level.value);
    return isWanted && textOf(row).toLowerCase().includes(this.#search.value.toLowerCase());
  }

  #filter() {
    for (const row of this.#list.children) row.hidden = !this.#shows(row);
    this.#showEmpty();
    this.#toEnd();
  }

  #togglePause() {
    this.#paused = !this.#paused;
    this.#pause.toggleAttribute("data-paused", this.#paused);
    this.#showPause();
    if (!this.#paused) this.#flush();
  }

  #showPause() {
    const count = this.#waiting.length + this.#lost;
    say(this.#pause, !this.#paused ? "Pause" : count > 0 ? `Resume (${count})` : "Resume");
  }

  #clear() {
    this.#list.replaceChildren();
    this.#waiting = [];
    this.#lost = 0;
    this.#showPause();
    this.#showEmpty();
    this.#toEnd();
  }

  async #copy() {
    const rows = this.#shown();
    try {
      await navigator.clipboard.writeText(asText(rows));
      this.#said("#log-copy", `${countOf(rows.length)} copied`);
    } catch {
      this.#said("#log-copy", "The browser does not allow it: download the log instead");
    }
  }

  #download() {
    const rows = this.#shown();
    const href = URL.createObjectURL(new Blob([asText(rows)], { type: "text/plain" }));
    make("a", { href, download: "akira-log.txt" }).click();
    URL.revokeObjectURL(href);
    this.#said("#log-download", `${countOf(rows.length)} downloaded`);
  }

  #shown() {
    return [...this.#list.children].filter((row) => !row.hidden);
  }

  #said(button, text) {
    const said = find("#log-said");
    const place = find(button);
    say(said, text);
    place.toggleAttribute("data-done", true);
    setTimeout(() => {
      place.toggleAttribute("data-done", false);
      if (said.textContent === text) say(said, "");
    }, SAID_MS);
  }

  #showEmpty() {
    const shown = this.#shown().length > 0;
    const text = this.#list.childElementCount > 0 ? "No line matches the filter." : "Nothing logged yet. What apps print appears here.";
    find("#log-empty").hidden = shown;
    say(find("#log-empty"), text);
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#list;
    this.#following = scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
    this.#latest.hidden = this.#following;
  }

  #toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#following = true;
    this.#latest.hidden = true;
  }
}

function lineRow({ app, level, time_ms: time, text }) {
  const row = make("div", { className: "line" },
    make("span", { className: "time", textContent: (time / 1000).toFixed(3) }),
    make("span", { className: "level", textContent: level }),
    make("span", { className: "who", textContent: app || "device", title: app || "device" }),
    make("span", { className: "text", textContent: text }));
  Object.assign(row.dataset, { from: app, level });
  return row;
}

function markRow(text) {
  return make("div", { className: "mark", textContent: text });
}

function countOf(lines) {
  return `${lines} ${lines === 1 ? "line" : "lines"}`;
}

/** Returns a row as a line of text; marks are enclosed in dashes. */
function textOf(row) {
  if (row.dataset.level === undefined) return `--- ${row.textContent} ---`;
  return [...row.children].map((cell) => cell.textContent).join(" ");
}

function asText(rows) {
  return rows.map((row) => `${textOf(row)}\n`).join("");
}
