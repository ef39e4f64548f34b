// Log across connections. On each new connection the device sends all lines that it still has. This
// module drops the lines that are already shown, and marks lost connections and lost lines.

import { clock, startCommand } from "./format.js";

/**
 * Passes each line of `link` once to `take`, and the text of each mark to `mark`, which returns a
 * function that changes the text.
 */
export class LogHistory {
  #take;
  #mark;
  /** Start time of the console that sent the lines so far. */
  #since = null;
  /** Number of the last line that was passed on, and of the last line of this connection. */
  #last = 0;
  #sent = 0;
  /** For a lost connection, the function that changes its mark, and the time of the loss. */
  #gap = null;

  constructor(link, { take, mark }) {
    this.#take = take;
    this.#mark = mark;
    link.on("lost", ({ at }) => this.#lost(clock(at)));
    link.on("hello", ({ since_ms: since }) => this.#back(since));
    link.on("log", (line) => this.#hear(line));
  }

  #lost(at) {
    const set = this.#mark(`Connection lost ${at}. To start the console again: ${startCommand()}`);
    this.#gap = { set, at };
  }

  #back(since) {
    const now = clock(new Date());
    const isOther = this.#since !== null && since !== this.#since;
    const other = isOther ? "the console was restarted" : "";
    if (this.#gap) this.#gap.set([`Connection lost ${this.#gap.at}, back ${now}`, other].filter(Boolean).join("; "));
    else if (isOther) this.#mark(`${now}: ${other}`);
    this.#gap = null;
    this.#since = since;
    this.#sent = 0;
    if (isOther) this.#last = 0;
  }

  // The server counts all lines from before this connection that it no longer has as dropped. Some
  // of them are already shown, so the number is calculated again here.
  #hear(line) {
    const dropped = line.dropped - (line.seq - this.#sent - 1);
    this.#sent = line.seq;
    if (line.seq <= this.#last) return;
    const missed = line.seq - this.#last - 1;
    this.#last = line.seq;
    this.#take({ ...line, dropped: dropped + missed });
  }
}
