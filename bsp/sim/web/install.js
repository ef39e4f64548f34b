// Installs an app: the user drops or chooses its files, the device reports on it, and the user
// confirms the install.

import * as api from "./api.js";
import { find, make } from "./dom.js";
import { complain, tell } from "./notices.js";
import { assemble, isManifest } from "./package.js";
import { layOut } from "./report.js";

const dialog = find("#install-dialog");
const drop = find("#drop");
const veil = find("#drop-veil");
const nameField = find("#install-name");
const manifestFile = find("#manifest-file");

/** State of the open dialog: the chosen files, and the image that was assembled from them. */
let pending = null;

/** Accepts files that are dropped or chosen; marks an installed app in `apps`. */
export function takeFiles(apps) {
  watchPicks(find("#file"), (files) => propose(files));
  watchPicks(manifestFile, ([manifest]) => addManifest(manifest));
  find("#install").addEventListener("click", () => find("#file").click());
  find("#choose-manifest").addEventListener("click", () => manifestFile.click());
  watchDrops();
  for (const button of dialog.querySelectorAll('[data-action="cancel-install"]')) button.addEventListener("click", () => dialog.close());
  find("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    confirm(apps);
  });
}

// Clears the input after each choice, so that the same file can be chosen again.
function watchPicks(input, take) {
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    if (files.length > 0) take(files);
  });
}

function watchDrops() {
  let depth = 0;
  const over = (entered) => {
    depth = Math.max(0, depth + (entered ? 1 : -1));
    veil.hidden = depth === 0 || dialog.open;
  };
  window.addEventListener("dragenter", (event) => hasFiles(event) && over(true));
  window.addEventListener("dragleave", (event) => hasFiles(event) && over(false));
  window.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    dropped([...event.dataTransfer.files]);
  });
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files");
}

function dropped(files) {
  const manifest = files.find(isManifest);
  if (!dialog.open) propose(files);
  else if (manifest) addManifest(manifest);
}

/** Inspects the app of the dialog again, with this manifest. */
function addManifest(manifest) {
  propose([...pending.files.filter((file) => !isManifest(file)), manifest]);
}

/** Has the device inspect the app in these files, and shows the report. */
async function propose(files) {
  drop.setAttribute("aria-busy", "true");
  const [app] = [...files].sort((one, other) => isManifest(one) - isManifest(other));
  pending = { files };
  try {
    const { image, notes, lacksManifest } = await assemble(files);
    pending = { files, image, lacksManifest };
    show(await api.inspect(image, stem(app.name)), notes);
  } catch (error) {
    dialog.close();
    complain(`${app.name} cannot be installed`, error, pending.lacksManifest && { label: "Choose its manifest", run: () => manifestFile.click() });
  } finally {
    drop.removeAttribute("aria-busy");
  }
}

function show(report, notes) {
  nameField.value = report.name;
  nameField.parentElement.hidden = report.named;
  const isNew = report.replaces === null;
  find("#install-title").textContent = isNew ? `Install ${report.name}?` : `Replace ${report.name}?`;
  const install = find('[data-action="confirm-install"]', dialog);
  install.textContent = isNew ? "Install" : "Replace";
  find("#install-manifest").hidden = !pending.lacksManifest;
  find("#install-notes").hidden = notes.length === 0;
  find("#install-notes").replaceChildren(...notes.map((note) => make("li", { textContent: note })));
  find("#install-report").replaceChildren(layOut(report));
  if (!dialog.open) dialog.showModal();
  find(".dialog-body", dialog).scrollTop = 0;
  install.focus();
}

/** Installs the app of the dialog. */
async function confirm(apps) {
  const name = nameField.value.trim();
  const button = find('[data-action="confirm-install"]', dialog);
  button.disabled = true;
  const report = await api.install(pending.image, name).catch((error) => {
    dialog.close();
    complain(`${name} was not installed`, error);
  });
  button.disabled = false;
  if (!report) return;
  dialog.close();
  apps.mark(report.name);
  tellInstalled(report.name, await api.apps().catch(() => []));
}

// An app that was running when it was replaced is started again by the device.
function tellInstalled(name, apps) {
  const isRunning = apps.find((app) => app.name === name)?.state === "running";
  const text = isRunning ? `${name} is installed and runs.` : `${name} is installed.`;
  tell(text, { label: isRunning ? "Restart" : "Start", run: () => start(name) });
}

// Restart also starts a stopped app, and succeeds if another client has started it meanwhile.
function start(name) {
  api.control(name, "restart").catch((error) => complain(`${name} did not start`, error));
}

function stem(fileName) {
  return fileName.replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "_").slice(0, 31) || "app";
}
