/**
 * The filter: a view and a table give the mask of the rows that are shown. Pure.
 * An empty list is no restriction; a row passes if it has at least one of the listed codes.
 */
import { bitsOf } from "./table.js";

/** @typedef {{d:number|null, s:number|null, p:number|null, t:Uint8Array|null}} Filter null = no restriction */

/**
 * @param {import("./address.js").View} view
 * @param {import("./table.js").Codes} codes
 * @returns {Filter}
 */
export function compileFilter(view, codes) {
  const bits = (list, index) => (list.length ? bitsOf(list, index) : null);
  return { d: bits(view.d, codes.district), s: bits(view.s, codes.sector), p: bits(view.p, codes.method), t: townSet(view.t, codes) };
}

/** @param {string[]} names @param {import("./table.js").Codes} codes */
function townSet(names, codes) {
  if (!names.length) return null;
  const set = new Uint8Array(codes.town.size);
  for (const name of names) if (codes.town.has(name)) set[codes.town.get(name)] = 1;
  return set;
}

/**
 * Write table.mask and table.shown.
 * @param {import("./table.js").PointTable} table
 * @param {Filter} filter
 * @param {boolean} sectorFiltered false: the layer knows no sectors, the sector filter leaves it alone
 * @returns {number} rows shown
 */
export function applyFilter(table, filter, sectorFiltered) {
  const { n, mask, districts, sectors, method, towns } = table;
  const d = filter.d ?? 0;
  const s = filter.s ?? 0;
  const p = filter.p ?? 0;
  const [anyD, anyS, anyP] = [filter.d === null, filter.s === null || !sectorFiltered, filter.p === null];
  let shown = 0;
  for (let i = 0; i < n; i++) {
    const pass = (anyD || (districts[i] & d) !== 0) && (anyS || (sectors[i] & s) !== 0) && (anyP || ((p >>> method[i]) & 1) === 1);
    mask[i] = pass ? 1 : 0;
    if (pass) shown++;
  }
  if (filter.t) shown = restrictTowns(mask, towns, filter.t);
  table.shown = shown;
  return shown;
}

/** @param {Uint8Array} mask @param {(Uint16Array|null)[]|null} towns @param {Uint8Array} wanted */
function restrictTowns(mask, towns, wanted) {
  let shown = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const own = towns?.[i];
    mask[i] = own && own.some((town) => wanted[town]) ? 1 : 0;
    shown += mask[i];
  }
  return shown;
}

/**
 * FNV-1a over the shown rows: lines "layer/id", sorted by code unit.
 * @param {{id: string, table: import("./table.js").PointTable}[]} layers
 * @returns {string} eight hex digits
 */
export function hashShown(layers) {
  const lines = [];
  for (const { id, table } of layers) {
    for (let row = 0; row < table.n; row++) if (table.mask[row]) lines.push(`${id}/${table.id(row)}`);
  }
  lines.sort();
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(lines.join("\n"))) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
