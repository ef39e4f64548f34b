// WebSocket to the device. Reconnects by itself and dispatches received messages as events.

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 4000;
/** A loss of the connection that is shorter than this is not reported as `lost`. */
const GRACE_MS = 600;

/**
 * Connection to the device.
 *
 * Events:
 * - `up`: connected.
 * - `down`: disconnected; detail: the reason that the server gave, or an empty string.
 * - `lost`: disconnected for longer than `GRACE_MS`, once until it is `up` again; detail:
 *   `{ at, reason }`.
 * - `screen`: pixels; detail: ArrayBuffer.
 * - `hello`, `apps`, `log`, `sensors`: a text message of that type; detail: the message.
 */
export class Link extends EventTarget {
  #socket = null;
  #retryMs = FIRST_RETRY_MS;
  #retry = 0;
  #grace = 0;

  /** Connects now, and reconnects whenever the connection is lost. */
  connect() {
    clearTimeout(this.#retry);
    if (this.#socket?.readyState === WebSocket.CONNECTING) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = (event) => this.#closed(event.code === 1008 ? event.reason : "");
    this.#socket = socket;
  }

  /** Sends a message; returns whether the connection is open. */
  send(message) {
    const open = this.#socket?.readyState === WebSocket.OPEN;
    if (open) this.#socket.send(JSON.stringify(message));
    return open;
  }

  #opened() {
    clearTimeout(this.#grace);
    this.#grace = 0;
    this.#retryMs = FIRST_RETRY_MS;
    this.#tell("up");
  }

  #closed(reason) {
    const lost = { at: new Date(), reason };
    this.#grace ||= setTimeout(() => this.#tell("lost", lost), GRACE_MS);
    this.#tell("down", reason);
    this.#retry = setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #hear(data) {
    if (data instanceof ArrayBuffer) return this.#tell("screen", data);
    const message = JSON.parse(data);
    this.#tell(message.type, message);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Calls `listener` with the detail of each event of this type. */
  on(type, listener) {
    this.addEventListener(type, (event) => listener(event.detail));
  }
}
