/**
 * DOM building without markup strings: text always goes through text nodes, so no data can become code.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, any>} [props] `class`, `text`, `on` (event -> listener), `data` (dataset), others are attributes;
 *   false and null leave the attribute out, true writes it empty.
 * @param {...(Node|string|null|false)} children strings become text nodes
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  for (const child of children) if (child || child === "") node.append(child);
  return node;
}

/** @param {Element} node @param {string} name @param {any} value */
function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.setAttribute("class", value);
  else if (name === "text") node.textContent = value;
  else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else if (name === "data") Object.assign(node.dataset, value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Element} node @param {...(Node|string|null|false)} children */
export function fill(node, ...children) {
  node.replaceChildren(...children.filter((child) => child || child === ""));
}

/**
 * Lay a node over the map: what happens in it is not the map's. Leaflet alone looks at the parents of a clicked node only
 * after our listeners ran, when a button may already be gone; so the click is stopped here.
 * @param {any} L @param {HTMLElement} container @param {HTMLElement} node
 */
export function overlay(L, container, node) {
  container.append(node);
  L.DomEvent.disableClickPropagation(node);
  L.DomEvent.disableScrollPropagation(node);
  node.addEventListener("click", (event) => event.stopPropagation());
}

/**
 * A 20 x 20 line icon from a path constant of ours.
 * @param {string} path SVG path data
 */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "atlas-icon");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export const ICONS = {
  close: "M5 5l10 10M15 5L5 15",
  home: "M3 9.5L10 4l7 5.5M5 8.5V16h10V8.5",
  panel: "M3 5h14M3 10h14M3 15h9",
  ruler: "M2.5 13.5l11-11 4 4-11 11zM6 10l1.6 1.6M8.5 7.5l2.2 2.2M11 5l1.6 1.6",
  chevron: "M6 8l4 4 4-4",
  down: "M10 3v9M6 8.5l4 4 4-4M4 16h12",
  search: "M8.5 3.5a5 5 0 1 1 0 10a5 5 0 1 1 0-10M12.2 12.2L17 17",
  fit: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
};
