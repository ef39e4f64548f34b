// Notices: what was done, and what failed. They lie in the flow of the page, so they cover nothing.

import { find, iconButton, make } from "./dom.js";

const SHOWN_MS = 8000;
const MOST = 3;

const list = find("#notices");

/** Tells that something worked, for a while; `action` is `{ label, run }`. */
export function tell(text, action) {
  const notice = make("div", { className: "notice done" }, make("p", { textContent: text }));
  show(notice, action);
  expire(notice);
}

/** Tells that something failed, until it is dismissed or was done; `action` as of `tell`. */
export function complain(title, error, action) {
  show(failure(title, error), action);
}

/** Tells in an element what failed there, in place of what was told there before. */
export function complainIn(element, title, error) {
  forgiveIn(element);
  const notice = failure(title, error);
  notice.setAttribute("role", "alert");
  notice.append(dismissal(notice));
  element.append(notice);
  notice.scrollIntoView({ block: "nearest" });
}

/** Removes what was told in an element. */
export function forgiveIn(element) {
  element.querySelector(":scope > .notice")?.remove();
}

function failure(title, error) {
  return make("div", { className: "notice error" }, make("p", {}, make("b", { textContent: title }), error.message));
}

function show(notice, action) {
  if (action) notice.append(button(action, notice));
  notice.append(dismissal(notice));
  list.append(notice);
  while (list.children.length > MOST) list.firstElementChild.remove();
  notice.scrollIntoView({ block: "nearest" });
}

// Not while it is read or about to be used.
function expire(notice) {
  setTimeout(() => {
    if (notice.matches(":hover, :focus-within")) expire(notice);
    else notice.remove();
  }, SHOWN_MS);
}

function dismissal(notice) {
  const close = iconButton("close", "Dismiss", "dismiss");
  close.addEventListener("click", () => remove(notice));
  return close;
}

function button({ label, run }, notice) {
  const button = make("button", { className: "quiet", type: "button", textContent: label });
  button.dataset.action = "follow-notice";
  button.addEventListener("click", () => {
    remove(notice);
    run();
  });
  return button;
}

// The focus goes to what the notice was about, instead of getting lost with it.
function remove(notice) {
  const next = notice.closest(".app")?.querySelector(".app-name") ?? find("#install");
  notice.remove();
  next.focus({ preventScroll: true });
}
