// Creates the parts of the page and connects them to the device.

import { Apps } from "./apps.js";
import { Buttons } from "./buttons.js";
import { find, make, say } from "./dom.js";
import * as format from "./format.js";
import { takeFiles } from "./install.js";
import { Link } from "./link.js";
import { Log } from "./log.js";
import { Screen } from "./screen.js";
import { Sensors } from "./sensors.js";

const link = new Link();
new Screen(find("#screen"), find("#screen-space"), link);
new Buttons(link);
new Sensors(link);
const apps = new Apps(link);
new Log(link);
takeFiles(apps);
watchConnection();
watchTabs();
link.on("hello", introduce);
link.on("apps", ({ status }) => showVitals(status));
link.connect();

function introduce({ device, clock, developer }) {
  const clockNote = clock === "virtual" ? " · virtual clock" : "";
  find("#developer").hidden = !developer;
  say(find("#device-name"), device.name);
  say(find("#device-detail"), `${device.chip} · firmware ${device.fw_version}${clockNote}`);
  document.title = device.name;
}

function showVitals(status) {
  const keys = status.keys.join(", ") || "nobody";
  say(find("#drop-note"), find("#developer").hidden ? `Accepts only apps signed by ${keys}.` : "");
  const stored = status.storage_total - status.storage_free;
  say(find("#uptime"), format.duration(status.uptime_s));
  say(find("#cpu"), format.percent(status.cpu_percent));
  showShare("memory", status.memory_used, status.memory_total);
  showShare("storage", stored, status.storage_total);
  say(find("#storage-promised"), `${format.bytes(status.storage_promised)} reserved for apps`);
}

function showShare(id, used, total) {
  const most = Math.max(total, 1);
  find(`#${id}`).replaceChildren(format.bytes(used), make("small", { textContent: ` of ${format.bytes(total)}` }));
  Object.assign(find(`#${id}-bar`), { min: 0, max: most, low: most * 0.8, high: most * 0.95, optimum: 0, value: used });
}

/**
 * Shows whether the console is connected. Disables the controls that need the console while it is
 * not; the log stays usable.
 */
function watchConnection() {
  for (const place of document.querySelectorAll(".restart-command")) say(place, format.startCommand());
  link.on("up", () => {
    showConnection("live", "Live");
    showOffline(false);
  });
  link.on("down", () => showConnection("lost", "Offline"));
  link.on("lost", ({ at, reason }) => {
    const since = `The console has not answered since ${format.clock(at)}.`;
    say(find("#offline-text"), reason ? `${since} It said: ${reason}.` : since);
    showOffline(true);
  });
  find("#offline-retry").addEventListener("click", () => link.connect());
}

function showConnection(name, text) {
  const state = find("#connection");
  state.dataset.state = name;
  say(state, text);
  document.documentElement.toggleAttribute("data-live", name === "live");
}

function showOffline(isOffline) {
  find("#offline").hidden = !isOffline;
  for (const part of document.querySelectorAll("[data-needs-console]")) part.inert = isOffline;
}

/** Marks the tab of the section that is in view. */
function watchTabs() {
  const tabs = [...document.querySelectorAll(".tabs a")];
  const visible = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) visible.add(`#${target.id}`);
      else visible.delete(`#${target.id}`);
    }
    const current = tabs.find((tab) => visible.has(tab.hash));
    if (current) for (const tab of tabs) tab.setAttribute("aria-current", String(tab === current));
  }, { rootMargin: "-30% 0px -65% 0px" });
  for (const tab of tabs) observer.observe(find(tab.hash));
}
