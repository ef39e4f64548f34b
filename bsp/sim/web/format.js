// Formats numbers for display.

const UNITS = ["B", "KiB", "MiB", "GiB"];

/** 71680 → "70 KiB". */
export function bytes(count) {
  let unit = 0;
  let value = count;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  // Rounded up, as on the device, so that a required size is never understated.
  const shown = unit > 0 && value < 10 ? value.toFixed(1) : Math.ceil(value);
  return `${shown} ${UNITS[unit]}`;
}

/** "70 of 96 KiB", with the unit once if it is the same. */
export function bytesOf(used, limit) {
  const [value, unit] = bytes(used).split(" ");
  const [most, mostUnit] = bytes(limit).split(" ");
  const first = unit === mostUnit || used === 0 ? value : `${value} ${unit}`;
  return `${first} of ${most} ${mostUnit}`;
}

/** 3725 → "1 h 02 min". */
export function duration(seconds) {
  const s = Math.floor(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
}

/** The time of day as "12:03:04". */
export function clock(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

function two(number) {
  return String(number).padStart(2, "0");
}

/** Returns the command that starts the console on the port of this page. */
export function startCommand() {
  return location.port === "8080" ? "cargo run" : `cargo run -- --port ${location.port || 80}`;
}

/** 12.44 → "12 %"; small shares keep a digit. */
export function percent(value) {
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

/** "1 crash", "2 crashes". */
export function crashes(count) {
  return `${count} ${count === 1 ? "crash" : "crashes"}`;
}
