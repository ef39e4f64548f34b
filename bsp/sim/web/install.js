// Installing an app: a file is dropped or picked, the device reports on it, and only then is it installed.

import * as api from "./api.js";
import { find } from "./dom.js";
import { bytes } from "./format.js";
import { layOut } from "./report.js";
import { complain, tell } from "./toast.js";

const dialog = find("#install-dialog");
const drop = find("#drop");
const veil = find("#drop-veil");
const input = find("#file");
const nameField = find("#install-name");

/** The image that the open dialog is about, and the name its manifest states. */
let pending = null;

/** Makes the page take files. */
export function takeFiles() {
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) propose(file).finally(() => { input.value = ""; });
  });
  watchDrops();
  for (const button of dialog.querySelectorAll('[data-action="cancel-install"]')) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { pending = null; });
  find("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    confirm();
  });
}

function watchDrops() {
  let depth = 0;
  const over = (entered) => {
    depth = Math.max(0, depth + (entered ? 1 : -1));
    veil.hidden = depth === 0;
  };
  window.addEventListener("dragenter", (event) => hasFiles(event) && over(true));
  window.addEventListener("dragleave", (event) => hasFiles(event) && over(false));
  window.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    propose(event.dataTransfer.files[0]);
  });
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") && !dialog.open;
}

/** Has the device inspect a file and shows what it says. */
async function propose(file) {
  drop.setAttribute("aria-busy", "true");
  try {
    if (file.size > api.IMAGE_LIMIT) throw new Error(`It has ${bytes(file.size)}; an app may have ${bytes(api.IMAGE_LIMIT)}.`);
    const image = await file.arrayBuffer();
    show(image, await api.inspect(image), file.name);
  } catch (error) {
    complain(`${file.name} cannot be installed`, error);
  } finally {
    drop.removeAttribute("aria-busy");
  }
}

function show(image, report, fileName) {
  pending = { image, stated: report.name };
  const name = report.name || stem(fileName);
  nameField.value = name;
  const refused = report.problems.length > 0;
  nameField.parentElement.hidden = refused;
  find("#install-title").textContent = title(refused, name, report);
  find('[data-action="confirm-install"]', dialog).disabled = refused;
  find('[data-action="confirm-install"]', dialog).textContent = report.replaces === null ? "Install" : "Replace";
  find("#install-report").replaceChildren(layOut(report));
  dialog.showModal();
  find(".dialog-body", dialog).scrollTop = 0;
  find(refused ? "footer .plain" : '[data-action="confirm-install"]', dialog).focus();
}

function title(refused, name, { replaces }) {
  if (refused) return `${name} cannot be installed`;
  return replaces === null ? `Install ${name}?` : `Replace ${name}?`;
}

/** Installs what the dialog is about. */
async function confirm() {
  const { image, stated } = pending;
  const name = nameField.value.trim();
  const button = find('[data-action="confirm-install"]', dialog);
  button.disabled = true;
  try {
    const report = await api.install(image, name === stated ? "" : name);
    dialog.close();
    tell(`${report.name} is installed.`, { label: "Start", run: () => start(report.name) });
  } catch (error) {
    dialog.close();
    complain(`${name} was not installed`, error);
  }
  button.disabled = false;
}

function start(name) {
  api.control(name, "start").catch((error) => complain(`${name} did not start`, error));
}

function stem(fileName) {
  return fileName.replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "_").slice(0, 31) || "app";
}
