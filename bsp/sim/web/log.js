// The live log: filtered, paused and cleared here; the device does not notice.

import { find, make, say } from "./dom.js";

const MOST_LINES = 1000;
const LEVELS = ["debug", "info", "warn", "error"];
const NEAR_END_PX = 32;

/** Shows the lines that `link` brings. */
export class Log {
  #list = find("#log");
  #apps = find("#log-app");
  #level = find("#log-level");
  #pause = find("#log-pause");
  #latest = find("#log-latest");
  #waiting = [];
  #lost = 0;
  #paused = false;
  #following = true;
  #scheduled = false;

  constructor(link) {
    link.on("hello", () => this.#clear());
    link.on("log", (line) => this.#take(line));
    link.on("apps", ({ apps }) => apps.forEach(({ name }) => this.#offer(name)));
    this.#apps.addEventListener("change", () => this.#filter());
    this.#level.addEventListener("change", () => this.#filter());
    this.#pause.addEventListener("click", () => this.#togglePause());
    find("#log-clear").addEventListener("click", () => this.#clear());
    this.#latest.addEventListener("click", () => this.#toEnd());
    this.#list.addEventListener("scroll", () => this.#scrolled());
    this.#offer("");
  }

  #take(line) {
    this.#waiting.push(line);
    if (this.#waiting.length > MOST_LINES) this.#lost += 1 + this.#waiting.shift().dropped;
    if (this.#paused) this.#showPause();
    else this.#schedule();
  }

  // Lines are added once a frame, so that a flood of them does not stop the page.
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
    const dropped = line.dropped + this.#lost;
    this.#lost = 0;
    const row = lineRow(line);
    row.hidden = !this.#shows(row);
    this.#offer(line.app);
    return dropped > 0 ? [droppedRow(dropped), row] : [row];
  }

  #offer(app) {
    if ([...this.#apps.options].some(({ value }) => value === app)) return;
    this.#apps.append(make("option", { value: app, textContent: app || "Device" }));
  }

  #shows({ dataset: { from, level } }) {
    if (level === undefined) return true;
    const wanted = this.#apps.value;
    return (wanted === "*" || wanted === from) && LEVELS.indexOf(level) >= Number(this.#level.value);
  }

  #filter() {
    for (const row of this.#list.children) row.hidden = !this.#shows(row);
    this.#showEmpty();
    this.#toEnd();
  }

  #togglePause() {
    this.#paused = !this.#paused;
    this.#pause.setAttribute("aria-pressed", String(this.#paused));
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

  #showEmpty() {
    const shown = [...this.#list.children].some((row) => !row.hidden);
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
  const row = make("li", { className: "line" },
    make("time", { textContent: (time / 1000).toFixed(3) }),
    make("span", { className: "level", textContent: level }),
    make("span", { className: "who", textContent: app || "device", title: app || "device" }),
    make("span", { className: "text", textContent: text }));
  Object.assign(row.dataset, { from: app, level });
  return row;
}

function droppedRow(count) {
  return make("li", { className: "dropped", textContent: `${count} ${count === 1 ? "line" : "lines"} dropped` });
}
