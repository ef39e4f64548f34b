// One slider for each sensor channel.

import { find, iconButton, make } from "./dom.js";

/**
 * Time after a change in which values from the device are ignored: the echo of the change would
 * move the slider back while it is dragged.
 */
const ECHO_MS = 400;

/** Shows the sensors that `link` reports, and sends the values that the user sets. */
export class Sensors {
  #link;
  #rows = new Map();

  constructor(link) {
    this.#link = link;
    link.on("hello", ({ sensors }) => this.#build(sensors));
    link.on("sensors", ({ values }) => values.forEach((reading) => this.#rows.get(reading.channel)?.follow(reading.value)));
    find("#sensors-reset").addEventListener("click", () => this.#rows.forEach((row) => row.reset()));
  }

  #build(sensors) {
    const send = (channel, value) => this.#link.send({ type: "sensor", channel, value });
    const rows = sensors.map((sensor, at) => new Row(sensor, sensors[at - 1]?.unit !== sensor.unit, send));
    this.#rows = new Map(rows.map((row) => [row.channel, row]));
    const empty = make("p", { className: "empty", textContent: "This board has no sensors." });
    find("#sensors").replaceChildren(...(rows.length > 0 ? rows.map((row) => row.element) : [empty]));
    find("#sensors-reset").hidden = rows.length === 0;
  }
}

class Row {
  #sensor;
  #send;
  #slider;
  #output = make("output");
  #reset;
  #touched = -ECHO_MS;

  constructor(sensor, first, send) {
    this.#sensor = sensor;
    this.#send = send;
    const { channel, name, min, max, step } = sensor;
    const id = `sensor-${channel}`;
    this.#slider = make("input", { type: "range", id, min, max, step: "any" });
    this.#slider.addEventListener("input", () => this.#set(snap(this.#slider.valueAsNumber, step)));
    this.#slider.addEventListener("keydown", (event) => this.#nudge(event));
    this.#reset = iconButton("reset", `Reset ${name}`, "reset-sensor");
    this.#reset.addEventListener("click", () => this.reset());
    const label = make("label", { htmlFor: id, textContent: name });
    this.element = make("div", { className: first ? "sensor first" : "sensor" }, label, this.#slider, this.#reset, this.#output);
    this.element.dataset.sensor = channel;
    this.#show(sensor.value);
  }

  get channel() {
    return this.#sensor.channel;
  }

  reset() {
    this.#set(this.#sensor.rest);
  }

  /** Shows a value that another client has set. */
  follow(value) {
    if (performance.now() - this.#touched > ECHO_MS) this.#show(value);
  }

  #set(value) {
    this.#touched = performance.now();
    this.#show(value);
    this.#send(this.channel, value);
  }

  // Arrow keys change the value by a hundredth of the range, or by one step with Shift.
  #nudge(event) {
    const direction = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    const { min, max, step } = this.#sensor;
    const by = event.shiftKey ? step : Math.max(step, (max - min) / 100);
    const value = snap(this.#slider.valueAsNumber + direction * by, step);
    this.#set(Math.min(max, Math.max(min, value)));
  }

  #show(value) {
    const { min, max, step, rest, unit } = this.#sensor;
    const text = value.toFixed(step < 0.1 ? 2 : 1);
    this.#slider.value = value;
    this.#slider.setAttribute("aria-valuetext", `${text} ${unit}`);
    this.#slider.style.setProperty("--fill", `${(100 * (value - min)) / (max - min)}%`);
    this.#output.replaceChildren(`${text} `, make("small", { textContent: unit }));
    this.#reset.disabled = Math.abs(value - rest) < step / 2;
  }
}

function snap(value, step) {
  return Number((Math.round(value / step) * step).toFixed(6));
}
