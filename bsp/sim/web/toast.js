// Short notices in the corner, read out by screen readers.

import { find, iconButton, make } from "./dom.js";

const SHOWN_MS = 6000;
const MOST = 4;

/** Tells that something worked; `action` is `{ label, run }`. */
export function tell(text, action) {
  const toast = show(text, "", action);
  setTimeout(() => toast.remove(), SHOWN_MS);
}

/** Tells that something failed, and stays until it is dismissed. */
export function complain(title, error) {
  show(error.message, title);
}

function show(text, title, action) {
  const toast = make("div", { className: title ? "toast error" : "toast" });
  toast.dataset.kind = title ? "error" : "done";
  const message = make("p", {}, ...(title ? [make("b", { textContent: title })] : []), text);
  const close = iconButton("close", "Dismiss", "dismiss");
  close.addEventListener("click", () => toast.remove());
  toast.append(message, ...(action ? [button(action, toast)] : []), close);
  const list = find("#toasts");
  list.append(toast);
  while (list.children.length > MOST) list.firstElementChild.remove();
  return toast;
}

function button({ label, run }, toast) {
  const button = make("button", { className: "quiet", type: "button", textContent: label });
  button.addEventListener("click", () => {
    toast.remove();
    run();
  });
  return button;
}
