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

/** What the open dialog is about. */
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
    show(image, await api.inspect(image, stem(file.name)));
  } catch (error) {
    complain(`${file.name} cannot be installed`, error);
  } finally {
    drop.removeAttribute("aria-busy");
  }
}

function show(image, report) {
  pending = { image };
  nameField.value = report.name;
  nameField.parentElement.hidden = report.named;
  const isNew = report.replaces === null;
  find("#install-title").textContent = isNew ? `Install ${report.name}?` : `Replace ${report.name}?`;
  const install = find('[data-action="confirm-install"]', dialog);
  install.textContent = isNew ? "Install" : "Replace";
  find("#install-report").replaceChildren(layOut(report));
  dialog.showModal();
  find(".dialog-body", dialog).scrollTop = 0;
  install.focus();
}

/** Installs what the dialog is about. */
async function confirm() {
  const { image } = pending;
  const name = nameField.value.trim();
  const button = find('[data-action="confirm-install"]', dialog);
  button.disabled = true;
  try {
    const report = await api.install(image, name);
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
