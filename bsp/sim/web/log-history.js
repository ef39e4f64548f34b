// The log across connections. The device sends all that it still has on each new one: what is shown already is left out here, and
// what was missed meanwhile is marked.

import { clock, startCommand } from "./format.js";

/** Hands on each line of `link` once to `take`, and marks, as texts that may change later, to `mark`. */
export class LogHistory {
  #take;
  #mark;
  /** When the console was started that the lines so far are of. */
  #since = null;
  /** The number of the last line that was handed on, and of the last that came on this connection. */
  #last = 0;
  #sent = 0;
  /** Sets the text of the open mark of a lost connection, and when that was lost. */
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
    const other = isOther ? "the console was started again" : "";
    if (this.#gap) this.#gap.set([`Connection lost ${this.#gap.at}, back ${now}`, other].filter(Boolean).join("; "));
    else if (isOther) this.#mark(`${now}: ${other}`);
    this.#gap = null;
    this.#since = since;
    this.#sent = 0;
    if (isOther) this.#last = 0;
  }

  // The server counts as dropped what came before this connection and is no longer kept: some of that is shown already.
  #hear(line) {
    const dropped = line.dropped - (line.seq - this.#sent - 1);
    this.#sent = line.seq;
    if (line.seq <= this.#last) return;
    const missed = line.seq - this.#last - 1;
    this.#last = line.seq;
    this.#take({ ...line, dropped: dropped + missed });
  }
}
