// The console of AssemblyScript on Akira: compile this file with the app and alias it, and `console.log` writes to the app's log.
//
//     asc app.ts akira.ts --use console=akira -o app.wasm

@external("env", "puts")
declare function puts(text: usize): i32;

@global
namespace akira {
  /** Writes a line to the app's log. */
  export function log(text: string): void {
    puts(changetype<usize>(String.UTF8.encode(text, true)));
  }

  /** Writes a line to the app's log, marked as for debugging. */
  export function debug(text: string): void {
    log("Debug: " + text);
  }

  /** Writes a line to the app's log, marked as information. */
  export function info(text: string): void {
    log("Info: " + text);
  }

  /** Writes a line to the app's log, marked as a warning. */
  export function warn(text: string): void {
    log("Warning: " + text);
  }

  /** Writes a line to the app's log, marked as an error. */
  export function error(text: string): void {
    log("Error: " + text);
  }
}
