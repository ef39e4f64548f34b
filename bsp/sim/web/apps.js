// List of apps. Rows are updated in place, so that the focus is not lost.

import { Row } from "./app-row.js";
import { find, say } from "./dom.js";

/** Order of the list: running apps, apps with an error, apps not yet started, stopped apps. */
const RANKS = { running: 0, error: 1, failed: 1, refused: 1, installed: 2, stopped: 3 };

/** Shows the apps that `link` reports. */
export class Apps {
  #list = find("#apps");
  #rows = new Map();
  /** Name of the last installed app, and of the app to scroll to when it is next listed. */
  #marked = null;
  #wanted = null;

  constructor(link) {
    link.on("apps", ({ apps }) => this.#update(apps));
  }

  /** Marks only this app as just installed, and scrolls to it. */
  mark(name) {
    this.#marked = name;
    this.#wanted = name;
  }

  #update(apps) {
    const names = new Set(apps.map(({ name }) => name));
    for (const [name, row] of this.#rows) {
      if (!names.has(name)) this.#remove(name, row);
    }
    const news = this.#keepingFocus(() => apps.toSorted(byRank).map((app, at) => this.#place(app, at)).filter(Boolean));
    if (news.length > 0) say(find("#app-news"), news.join(", "));
    this.#reveal();
    say(find("#apps-count"), apps.length > 0 ? String(apps.length) : "");
    find("#apps-empty").hidden = apps.length > 0;
  }

  /** Places the row of an app; returns the app's name and state if the state has changed. */
  #place(app, at) {
    let row = this.#rows.get(app.name);
    if (!row) {
      row = new Row(app.name, () => { this.#wanted = app.name; });
      this.#rows.set(app.name, row);
    }
    const news = row.update(app);
    row.mark(app.name === this.#marked);
    if (this.#list.children[at] !== row.element) this.#list.insertBefore(row.element, this.#list.children[at] ?? null);
    return news;
  }

  // Restores the focus: an element that is moved or hidden loses it.
  #keepingFocus(change) {
    const focused = this.#list.contains(document.activeElement) && document.activeElement;
    const result = change();
    if (!focused) return result;
    const isShown = focused.checkVisibility();
    const next = isShown ? focused : find(".app-actions button:not([hidden])", focused.closest(".app"));
    if (document.activeElement !== focused || !isShown) next?.focus({ preventScroll: true });
    return result;
  }

  #reveal() {
    const row = this.#rows.get(this.#wanted);
    if (!row) return;
    row.element.scrollIntoView({ block: "nearest" });
    this.#wanted = null;
  }

  #remove(name, row) {
    const next = row.element.contains(document.activeElement) && (row.element.nextElementSibling ?? row.element.previousElementSibling);
    row.element.remove();
    if (next) find(".app-name", next).focus({ preventScroll: true });
    this.#rows.delete(name);
  }
}

function byRank(one, other) {
  return RANKS[one.state] - RANKS[other.state] || one.name.localeCompare(other.name);
}
