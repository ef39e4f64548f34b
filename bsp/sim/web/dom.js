// Finds and creates elements. Text from the device is only set as text, never parsed as HTML.

/** Returns the first element that matches a selector. */
export const find = (selector, within = document) => within.querySelector(selector);

/** Creates an element with `properties`; those with a dash in the name are set as attributes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** Creates an icon from the page's SVG symbols. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Creates a button that shows only an icon. */
export function iconButton(name, label, action) {
  const button = make("button", { className: "icon-button", type: "button", title: label, "aria-label": label }, icon(name));
  if (action) button.dataset.action = action;
  return button;
}

/** Sets an element's text if it differs. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
