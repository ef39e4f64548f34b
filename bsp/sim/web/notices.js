// Notices of success and failure. They are part of the page's flow, so they cover nothing.

import { find, iconButton, make } from "./dom.js";

const SHOWN_MS = 8000;
const MOST = 3;

const list = find("#notices");

/** Shows a notice of success for a while; `action` is an optional button, `{ label, run }`. */
export function tell(text, action) {
  const notice = make("div", { className: "notice done" }, make("p", { textContent: text }));
  show(notice, action);
  expire(notice);
}

/** Shows a notice of failure until it is dismissed or its action is used. */
export function complain(title, error, action) {
  show(failure(title, error), action);
}

/** Shows a notice of failure in an element; replaces the previous one there. */
export function complainIn(element, title, error) {
  forgiveIn(element);
  const notice = failure(title, error);
  notice.setAttribute("role", "alert");
  notice.append(dismissal(notice));
  element.append(notice);
  notice.scrollIntoView({ block: "nearest" });
}

/** Removes the notice in an element. */
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

// Removes a notice after a while, but not while the pointer or the focus is on it.
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

// Removes a notice and moves the focus, which would otherwise be lost, to its app or to Install.
function remove(notice) {
  const next = notice.closest(".app")?.querySelector(".app-name") ?? find("#install");
  notice.remove();
  next.focus({ preventScroll: true });
}
