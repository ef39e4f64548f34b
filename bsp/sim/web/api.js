// The HTTP API. Every failure becomes an Error whose message says what is wrong, where, and what fixes it.

/** The largest image that the device takes, in bytes. */
export const IMAGE_LIMIT = 4 * 1024 * 1024;

/** Asks the device to start, stop, restart or reset an app. */
export const control = (name, action) => call("POST", `/api/v1/apps/${action}`, name);

/** Returns all apps. */
export const apps = () => call("GET", "/api/v1/apps");

/** Removes an app and all it stored. */
export const uninstall = (name) => call("DELETE", "/api/v1/apps", name);

/** Returns the report that an installed app was admitted with. */
export const report = (name) => call("GET", "/api/v1/apps/report", name);

/** Returns the device's report on an image and installs nothing; the name is for one whose manifest has none. */
export const inspect = (image, name) => call("POST", "/api/v1/apps/inspect", name, image);

/** Installs an image under the name that its report has. */
export const install = (image, name) => call("POST", "/api/apps/install", name, image);

async function call(method, path, name, body) {
  const query = name ? `?name=${encodeURIComponent(name)}` : "";
  const response = await fetch(path + query, { method, body }).catch(() => {
    throw new Error("The simulator does not answer: is it still running?");
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `${method} ${path} failed with status ${response.status}.`);
  return answer;
}
