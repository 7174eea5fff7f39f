/**
 * The view's spelling in the page's address. Pure: strings in, strings out.
 *
 * @typedef {{d:string[], s:string[], l:string[], p:string[], t:string[], coarse:boolean}} View
 * @typedef {{zoom:number, lat:number, lon:number}} Place where the map looks, WGS 84 degrees
 */

const LISTS = ["d", "s", "l", "p", "t"];
const OWN = ["lang", ...LISTS, "coarse", "m"];

/**
 * Rewrite a query so that it holds this view; parameters that are not ours stay.
 * @param {string} search the present query, with or without "?"
 * @param {{view: View, defaults: string[], lang: string, place?: Place|null, page?: Record<string, string>}} state
 *   defaults: layers on at first; page: parameters that the host owns, "" to leave one out
 * @returns {string} "" or "?..."
 */
export function writeQuery(search, { view, defaults, lang, place = null, page = {} }) {
  const names = [...OWN, ...Object.keys(page)];
  const parts = search.replace(/^\?/, "").split("&").filter((part) => part && !names.includes(nameOf(part)));
  const own = [];
  if (lang === "en") own.push("lang=en");
  for (const name of LISTS) {
    const text = name === "l" ? layersText(view.l, defaults) : view[name].map(encodeURIComponent).join(",");
    if (text) own.push(`${name}=${text}`);
  }
  if (view.coarse) own.push("coarse=1");
  for (const [name, text] of Object.entries(page)) {
    if (text) own.push(`${name}=${text.split(",").map(encodeURIComponent).join(",")}`);
  }
  if (place) own.push(`m=${placeText(place)}`);
  const all = [...own, ...parts];
  return all.length ? `?${all.join("&")}` : "";
}

/** @param {string[]} shown @param {string[]} defaults */
function layersText(shown, defaults) {
  if (sameSet(shown, defaults)) return "";
  return shown.length ? shown.map(encodeURIComponent).join(",") : "none";
}

/** @param {string} part */
function nameOf(part) {
  const name = part.split("=", 1)[0];
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a broken escape is not ours: keep it as it stands
  }
}

/** @param {Place} place */
export function placeText({ zoom, lat, lon }) {
  return `${Number(zoom.toFixed(2))}/${lat.toFixed(5)}/${lon.toFixed(5)}`;
}

/**
 * Read "zoom/lat/lon"; anything else, or a place off the map, is null.
 * @param {string|null} text
 * @returns {Place|null}
 */
export function readPlace(text) {
  const match = /^(\d{1,2}(?:\.\d{1,3})?)\/(-?\d{1,2}(?:\.\d{1,12})?)\/(-?\d{1,3}(?:\.\d{1,12})?)$/.exec(text ?? "");
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1).map(Number);
  return zoom <= 18 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

/** The place in a query, or null. @param {string} search */
export function placeOf(search) {
  return readPlace(new URLSearchParams(search).get("m"));
}

/** @param {readonly string[]} a @param {readonly string[]} b */
export function sameSet(a, b) {
  return a.length === b.length && a.every((item) => b.includes(item));
}

/** @param {View} a @param {View} b */
export function sameView(a, b) {
  return LISTS.every((name) => sameSet(a[name], b[name])) && a.coarse === b.coarse;
}

/**
 * A complete view from what the host sent: lists are lists of strings, whatever came.
 * @param {Partial<View>|null|undefined} raw
 * @returns {View}
 */
export function toView(raw) {
  const list = (value) => (Array.isArray(value) ? [...new Set(value.map(String))] : []);
  const { d, s, l, p, t, coarse } = raw ?? {};
  return { d: list(d), s: list(s), l: list(l), p: list(p), t: list(t), coarse: Boolean(coarse) };
}
