// One row of the list of apps: the app's state, and buttons for the actions on it.

import * as api from "./api.js";
import { find, icon, iconButton, make, say } from "./dom.js";
import * as format from "./format.js";
import { complain, complainIn, forgiveIn, tell } from "./notices.js";
import { layOut } from "./report.js";

const FAILED = { start: "did not start", stop: "did not stop", restart: "did not restart", uninstall: "was not uninstalled", reset: "was not reset", report: "has no report" };

/** Row of one app. */
export class Row {
  #name;
  #badge = make("span", { className: "badge", textContent: "New", hidden: true });
  #version = make("span", { className: "app-version" });
  #signer = make("p", { className: "app-signer", hidden: true });
  #state = make("span", { className: "state" });
  #figures = make("p", { className: "app-figures" });
  #exit = make("p", { className: "app-exit" });
  #chips = make("ul", { className: "chips", "aria-label": "Capabilities" });
  #cpu = make("span");
  #uptime = make("span");
  #memory = make("span");
  #meter = make("meter", { min: 0, "aria-label": "Memory" });
  #buttons = {};
  #shownChips = "";
  #started;

  /** Creates a row; `started` is called after this row has started the app. */
  constructor(name, started) {
    this.#name = name;
    this.#started = started;
    const title = make("button", { className: "app-name", type: "button", textContent: name, title: `Show the capability report of ${name}` });
    title.dataset.action = "report";
    const actions = make("div", { className: "app-actions" });
    for (const action of ["start", "stop", "restart", "uninstall"]) {
      this.#buttons[action] = iconButton(action, `${action[0].toUpperCase()}${action.slice(1)} ${name}`, action);
      actions.append(this.#buttons[action]);
    }
    this.#figures.append(this.#cpu, make("span", {}, this.#memory, this.#meter), this.#uptime);
    const head = make("div", { className: "app-head" }, title, this.#badge, this.#version, this.#state, actions);
    this.element = make("li", { className: "app" }, head, this.#signer, this.#figures, this.#exit, this.#chips);
    this.element.dataset.app = name;
    this.element.addEventListener("click", (event) => this.#act(event.target.closest(".app-head [data-action]")?.dataset.action));
  }

  /** Shows or hides the badge of an app that was just installed. */
  mark(isNew) {
    this.element.toggleAttribute("data-marked", isNew);
    this.#badge.hidden = !isNew;
  }

  /** Updates the row; returns the app's name and state if the state has changed. */
  update(app) {
    const running = app.state === "running";
    const before = this.element.dataset.state;
    this.element.dataset.state = app.state;
    this.#state.dataset.state = app.state;
    say(this.#state, app.state[0].toUpperCase() + app.state.slice(1));
    say(this.#version, app.version);
    this.#showSigner(app.signer);
    this.#showFigures(app, running);
    this.#showExit(app, running);
    this.#showChips(app.capabilities);
    this.#buttons.start.hidden = running || app.state === "refused";
    this.#buttons.stop.hidden = !running;
    this.#buttons.restart.hidden = !running;
    this.#buttons.uninstall.hidden = !app.removable;
    return before !== undefined && before !== app.state ? `${app.name}: ${app.state}` : "";
  }

  #showSigner(signer) {
    const { kind, name } = signer ?? { kind: "firmware" };
    const text = { firmware: "", key: `Signed by ${name}`, nobody: "Unsigned" }[kind];
    if (this.#signer.textContent === text) return;
    this.#signer.hidden = text === "";
    this.#signer.dataset.signer = kind;
    this.#signer.replaceChildren(icon(kind === "key" ? "signed" : "unsigned"), text);
  }

  #showFigures(app, running) {
    this.#figures.hidden = !running;
    say(this.#cpu, `${format.percent(app.cpu_percent)} CPU`);
    say(this.#memory, format.bytesOf(app.memory_used, app.memory_limit));
    const limit = Math.max(app.memory_limit, 1);
    Object.assign(this.#meter, { max: limit, low: limit * 0.8, high: limit * 0.95, optimum: 0, value: app.memory_used });
    say(this.#uptime, format.duration(app.uptime_ms / 1000));
  }

  #showExit(app, running) {
    // The remaining flash writes are shown only if they may run out.
    const flash = app.flash_left * 2 < app.flash_per_hour && `${format.bytesOf(app.flash_left, app.flash_per_hour)} of flash writes left`;
    const parts = [app.held, app.crashes > 0 && format.crashes(app.crashes), !running && app.last_exit, flash].filter(Boolean);
    if (!running && parts.length === 0) parts.push(`${format.bytes(app.size)}, not started yet`);
    this.#exit.hidden = parts.length === 0;
    say(this.#exit, parts.join(" · "));
  }

  #showChips(capabilities) {
    const shown = JSON.stringify(capabilities);
    if (shown === this.#shownChips) return;
    this.#shownChips = shown;
    this.#chips.replaceChildren(...capabilities.map(chip));
    this.#chips.hidden = capabilities.length === 0;
  }

  async #act(action) {
    if (!action) return;
    this.element.setAttribute("aria-busy", "true");
    try {
      await this.#perform(action);
    } catch (error) {
      complainIn(this.element, `${this.#name} ${FAILED[action]}`, error);
    }
    this.element.removeAttribute("aria-busy");
  }

  async #perform(action) {
    if (action === "report") return showReport(await api.report(this.#name));
    if (action !== "uninstall") return this.#control(action);
    const question = { title: `Uninstall ${this.#name}?`, text: "The app and everything it stored will be removed from the device.", yes: "Uninstall" };
    if (!(await confirmed(question))) return undefined;
    await api.uninstall(this.#name);
    return tell(`${this.#name} is uninstalled.`);
  }

  async #control(action) {
    await api.control(this.#name, action);
    forgiveIn(this.element);
    if (action !== "stop") this.#started();
  }
}

function chip({ name, granted, reason }) {
  const text = granted ? [name] : [make("s", { textContent: name }), make("span", { className: "unseen", textContent: ", denied" })];
  const chip = make("li", { className: granted ? "chip" : "chip denied", title: granted ? reason : `Denied: ${reason}` }, ...text);
  chip.dataset.capability = name;
  return chip;
}

function showReport(report) {
  const dialog = find("#report-dialog");
  find("#report-title").textContent = report.name;
  find("#report-body").replaceChildren(layOut(report));
  find("#report-files").hidden = report.stored === 0;
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "reset" && reset(report.name);
  dialog.showModal();
}

/** Removes the files of an app after a confirmation. */
async function reset(name) {
  const question = { title: `Erase the files of ${name}?`, text: "The app will be stopped, and all files that it wrote removed from the device.", yes: "Erase" };
  if (!(await confirmed(question))) return;
  try {
    await api.control(name, "reset");
    tell(`The files of ${name} are erased.`);
  } catch (error) {
    complain(`${name} ${FAILED.reset}`, error);
  }
}

/** Asks for confirmation of an action that cannot be undone; resolves to the answer. */
function confirmed({ title, text, yes }) {
  const dialog = find("#confirm-dialog");
  find("#confirm-title").textContent = title;
  find("#confirm-text").textContent = text;
  find('[data-action="confirm"]', dialog).textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
