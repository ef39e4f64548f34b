// Client of the HTTP API. Every failure is thrown as an Error; its message states the problem, the
// place and a way to fix it.

/** Maximum size of an image that the device accepts, in bytes. */
export const IMAGE_LIMIT = 4 * 1024 * 1024;

/** Starts, stops, restarts or resets an app. */
export const control = (name, action) => call("POST", `/api/v1/apps/${action}`, name);

/** Returns all apps. */
export const apps = () => call("GET", "/api/v1/apps");

/** Removes an app and its stored data. */
export const uninstall = (name) => call("DELETE", "/api/v1/apps", name);

/** Returns the report on an installed app. */
export const report = (name) => call("GET", "/api/v1/apps/report", name);

/**
 * Returns the device's report on an image without installing it. `name` is used if the manifest has
 * no name.
 */
export const inspect = (image, name) => call("POST", "/api/v1/apps/inspect", name, image);

/** Installs an image under a name, the one in its report. */
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
