// Unpacks an AkiraOS package (.akpkg): a tar archive compressed with gzip.

/** Maximum unpacked size in bytes, the same limit as AkiraOS has. */
const MOST = 4 * 1024 * 1024;
const BLOCK = 512;
const PLAIN_FILE = ["0", "\0"];

/** Returns whether bytes begin with the magic of gzip with deflate (RFC 1952, section 2.3.1). */
export const isGzip = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** Returns the module, the optional manifest, and the names of all other files. */
export async function unpack(bytes) {
  const files = new Map();
  for (const { name, contents } of entries(await inflate(bytes))) {
    if (files.has(name)) throw new Error(`The package is damaged: it contains ${name} twice.`);
    files.set(name, contents);
  }
  const take = (name) => {
    const contents = files.get(name);
    files.delete(name);
    return contents;
  };
  const module = take("app.wasm");
  if (!module && files.has("app.aot")) throw new Error("The package has native code, app.aot, and no app.wasm: pack the module.");
  if (!module) throw new Error("The package has no app.wasm: is it an app?");
  return { module, manifest: take("manifest.json"), others: [...files.keys()] };
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const pieces = [];
  let size = 0;
  try {
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST) break;
      pieces.push(value);
    }
  } catch {
    throw new Error("The package is damaged: it cannot be unpacked.");
  }
  if (size > MOST) throw new Error("The package unpacks to more than 4 MiB, the maximum.");
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/**
 * Lists the regular files of a tar archive. In POSIX ustar each file has a header of one block,
 * then its contents, padded to whole blocks.
 */
function* entries(tar) {
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const size = octal(header, 124, 12);
    const start = at + BLOCK;
    if (octal(header, 148, 8) !== checksum(header) || !(start + size <= tar.length)) {
      throw new Error("The package is damaged: its tar cannot be read.");
    }
    if (PLAIN_FILE.includes(String.fromCharCode(header[156]))) {
      yield { name: text(header, 0, 100).replace(/^\.\//, ""), contents: tar.subarray(start, start + size) };
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** Returns the sum of the bytes of a header; the bytes of the checksum field count as spaces. */
function checksum(header) {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

function octal(header, at, length) {
  return parseInt(text(header, at, length).trim() || "0", 8);
}

function text(header, at, length) {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
