// Buttons of the console, operated by mouse, touch and keyboard. A button is down while at least
// one pointer or key holds it.

const KEYS = {
  arrowup: "UP", arrowdown: "DOWN", arrowleft: "LEFT", arrowright: "RIGHT",
  z: "A", x: "B", a: "X", s: "Y", enter: "HOME", escape: "HOME",
};
/** Elements that use keys themselves: input fields, open dialogs, the scrolling log. */
const OCCUPIED = "input, select, textarea, dialog, #log";
const CLICKABLE = "button, a, label, summary";
/** Time that a click without a pointer or a key holds a button. */
const TAP_MS = 100;

/** Sends presses of `[data-button]` elements and of keys over `link`. */
export class Buttons {
  #link;
  #ids = new Map();
  /** For each button that is down, the pointers and keys that hold it. */
  #holders = new Map();

  constructor(link) {
    this.#link = link;
    link.on("hello", ({ buttons }) => this.#learn(buttons));
    link.on("down", () => this.#releaseAll());
    for (const element of document.querySelectorAll("[data-button]")) this.#watch(element);
    window.addEventListener("keydown", (event) => this.#keyDown(event));
    window.addEventListener("keyup", (event) => this.#keyUp(event));
    window.addEventListener("blur", () => this.#releaseAll());
    document.addEventListener("visibilitychange", () => document.hidden && this.#releaseAll());
  }

  #learn(buttons) {
    this.#ids = new Map(buttons.map(({ id, name }) => [name, id]));
    for (const element of document.querySelectorAll("[data-button]")) {
      element.disabled = !this.#ids.has(element.dataset.button);
    }
  }

  #watch(element) {
    const name = element.dataset.button;
    const release = (event) => this.#releaseHolder(`pointer ${event.pointerId}`);
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      this.#hold(name, `pointer ${event.pointerId}`);
    });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(type, release);
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    element.addEventListener("click", (event) => event.detail === 0 && this.#tap(name));
  }

  // Presses and releases a button: screen readers and voice control click without pointer or key.
  #tap(name) {
    if (this.#holders.has(name)) return;
    this.#hold(name, "click");
    setTimeout(() => this.#releaseHolder("click"), TAP_MS);
  }

  #keyDown(event) {
    const name = this.#meant(event);
    if (!name || !this.#ids.has(name)) return;
    event.preventDefault();
    if (!event.repeat) this.#hold(name, holder(event));
  }

  // The release of the space bar on a focused button would also cause a click in the browser.
  #keyUp(event) {
    const isFocused = event.target instanceof Element && event.target.closest("[data-button]");
    if (isFocused && event.key === " ") event.preventDefault();
    this.#releaseHolder(holder(event));
  }

  #meant(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(OCCUPIED) || document.querySelector("dialog[open]")) return null;
    const focused = target.closest("[data-button]");
    if (focused && (event.key === " " || event.key === "Enter")) return focused.dataset.button;
    if (event.key === "Enter" && target.closest(CLICKABLE)) return null;
    return KEYS[event.key.toLowerCase()] ?? null;
  }

  #hold(name, by) {
    const holders = this.#holders.get(name) ?? new Set();
    holders.add(by);
    this.#holders.set(name, holders);
    if (holders.size === 1) this.#send(name, true);
  }

  #releaseHolder(by) {
    for (const [name, holders] of this.#holders) {
      if (holders.delete(by) && holders.size === 0) this.#release(name);
    }
  }

  #releaseAll() {
    for (const name of [...this.#holders.keys()]) this.#release(name);
  }

  #release(name) {
    this.#holders.delete(name);
    this.#send(name, false);
  }

  #send(name, pressed) {
    const element = document.querySelector(`[data-button="${name}"]`);
    element.toggleAttribute("data-held", pressed);
    this.#link.send({ type: "button", id: this.#ids.get(name), pressed });
  }
}

// Identifies a key by its physical position: the character may change between down and up.
function holder(event) {
  return `key ${event.code || event.key}`;
}
