// Reads the files of an app: a module, optionally with a manifest file, or an AkiraOS package
// (.akpkg). Embeds a separate manifest in the module, as the build tools do, so that the device
// gets one file.

import { IMAGE_LIMIT } from "./api.js";
import { bytes as inUnits } from "./format.js";
import { isGzip, unpack } from "./akpkg.js";

const HEADER = 8;
const CUSTOM = 0;
const SIGNATURE = "signature";
/** Custom section in which the tools embed a manifest; a device also reads the two others. */
const MANIFEST = ".akira.manifest";
const MANIFESTS = [MANIFEST, "akira.manifest", "akira-manifest"];

/** Returns whether a file is a manifest, by its name. */
export const isManifest = (file) => /\.json$/i.test(file.name);

/**
 * Assembles the files of one app into an image for the device. `notes` in the result describe the
 * steps; `lacksManifest` is whether a manifest is missing and can be added.
 */
export async function assemble(files) {
  const app = pickApp(files);
  const contents = await read(app);
  const { module, manifest, notes } = isGzip(contents) ? await opened(app, contents) : { module: contents, notes: [] };
  const beside = files.find(isManifest);
  const source = beside ?? (manifest && app);
  return { name: app.name, ...complete(module, beside ? await read(beside) : manifest, source?.name, notes) };
}

function pickApp(files) {
  const apps = files.filter((file) => !isManifest(file));
  if (apps.length === 0) throw new Error("This is a manifest. Choose its module, a .wasm file, together with it.");
  if (apps.length > 1) throw new Error(`These are ${apps.length} apps: install one at a time.`);
  if (files.length > 2) throw new Error("There are several manifests: choose the one for this app.");
  return apps[0];
}

async function read(file) {
  if (file.size > IMAGE_LIMIT) throw new Error(`${file.name} has ${inUnits(file.size)}; an app may have ${inUnits(IMAGE_LIMIT)}.`);
  return new Uint8Array(await file.arrayBuffer());
}

async function opened(file, contents) {
  const { module, manifest, others } = await unpack(contents);
  const notes = [`Opened from ${file.name}. A signature in it is not checked: this console does not support its kind.`];
  if (others.length > 0) notes.push(`Not used: ${others.join(", ")}.`);
  return { module, manifest, notes };
}

/** Embeds a manifest in a module. An embedded manifest takes precedence, as on AkiraOS. */
function complete(module, manifest, source, notes) {
  const names = customSections(module);
  const hasOne = names?.some((name) => MANIFESTS.includes(name));
  const isSigned = names?.includes(SIGNATURE);
  const lacksManifest = Boolean(names) && !hasOne && !isSigned && !manifest;
  if (!manifest) return { image: module, notes, lacksManifest };
  if (hasOne) return { image: module, notes: [...notes, `The manifest of ${source} is not used: the module has one inside.`], lacksManifest };
  if (!names) throw new Error(`It is not a WebAssembly module, so the manifest of ${source} cannot be embedded in it.`);
  if (isSigned) throw new Error(`It is signed, and the manifest of ${source} would break the signature: embed the manifest, then sign.`);
  return { image: withManifest(module, manifest), notes: [...notes, `With the manifest of ${source}.`], lacksManifest };
}

function withManifest(module, manifest) {
  const name = new TextEncoder().encode(MANIFEST);
  const body = join(leb128(name.length), name, manifest);
  return join(module, [CUSTOM], leb128(body.length), body);
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Returns the names of a module's custom sections; null if it is no module or is truncated. */
function customSections(module) {
  if (!isModule(module)) return null;
  const names = [];
  for (let at = HEADER; at < module.length;) {
    const { value: size, end: start } = number(module, at + 1);
    if (!(start + size <= module.length)) return null;
    if (module[at] === CUSTOM) names.push(nameAt(module, start));
    at = start + size;
  }
  return names;
}

// Magic and version 1 (WebAssembly core specification, section 5.5.16).
function isModule(bytes) {
  return [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].every((byte, at) => bytes[at] === byte);
}

function nameAt(module, at) {
  const { value: length, end: start } = number(module, at);
  return new TextDecoder().decode(module.subarray(start, start + length));
}

/** Reads a LEB128 number; returns its value and its end, both NaN if it does not end. */
function number(bytes, at) {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[at + index];
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return { value: NaN, end: NaN };
}

function leb128(value) {
  const bytes = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
