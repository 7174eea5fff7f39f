/**
 * Tables of the one-file atlas: sorted by a click on the head; a row opens its place, its district or its evidence.
 */
import { el, fill } from "./dom.js";

export class Sheets {
  /**
   * @param {HTMLElement} node @param {any[]} tables @param {any} atlas
   * @param {(figure: string) => void} prove opens a figure's evidence
   */
  constructor(node, tables, atlas, prove) {
    Object.assign(this, { node, tables, atlas, prove, texts: null, current: tables[0].id, picked: "" });
    /** Column and direction by table. @type {Record<string, {at: number, down: boolean}>} */
    this.order = {};
  }

  get table() {
    return this.tables.find((table) => table.id === this.current);
  }

  /** Tabs and the chosen table, in the reader's language. */
  build() {
    const tab = ({ id }) => el("button", { type: "button", role: "tab", id: `sf-tab-${id}`, "aria-controls": "sf-sheet", "aria-selected": String(id === this.current), text: this.texts.t(`sf_${id}`), on: { click: () => this.choose(id) } });
    this.note = el("p", { class: "sf-note", "aria-live": "polite" });
    const told = this.table.note[this.texts.lang === "en" ? 1 : 0];
    this.body = el("div", { class: "sf-sheet", id: "sf-sheet", role: "tabpanel", "aria-labelledby": `sf-tab-${this.current}`, tabindex: "0" });
    fill(this.node, el("div", { class: "sf-tabs", role: "tablist" }, ...this.tables.map(tab)), told && el("p", { class: "sf-told", text: told }), this.note, this.body);
    this.refresh();
  }

  /** @param {string} id */
  choose(id) {
    this.current = id;
    this.build();
    this.node.querySelector(`#sf-tab-${id}`).focus();
  }

  /** @param {string} picked layer/id of the place picked on the map */
  mark(picked) {
    this.picked = picked;
    this.refresh();
  }

  /** The rows of now. */
  refresh() {
    if (!this.body) return;
    const { table, texts } = this;
    const { head, rows, formats } = table.in[texts.lang === "en" ? 1 : 0];
    const kept = this.sorted(table, rows, this.kept(table));
    const words = [texts.t("sf_rows", { shown: kept.length, all: rows.length }), texts.t(table.live ? "sf_live" : "sf_fixed"), texts.t("sf_sort")];
    this.note.textContent = words.join(" · ");
    fill(this.body, el(
      "table", {},
      el("thead", {}, el("tr", {}, ...head.map((name, at) => this.heading(name, at)))),
      el("tbody", {}, ...kept.map((row) => this.row(table.keys[row], rows[row], formats))),
    ));
  }

  /** Numbers of the rows that the map shows. @param {any} table */
  kept(table) {
    const all = [...table.keys.keys()];
    if (!table.live) return all;
    /** @type {Map<string, Set<string>>} */
    const shown = new Map();
    return all.filter((row) => {
      const { layer, id } = table.keys[row];
      if (!shown.has(layer)) shown.set(layer, new Set(this.atlas.shownIds(layer)));
      return shown.get(layer).has(id);
    });
  }

  /** The place picked on the map first, then by the chosen column; what is missing comes last. */
  sorted(table, rows, kept) {
    const order = this.order[table.id];
    if (order) {
      const sign = order.down ? -1 : 1;
      kept.sort((one, other) => compare(rows[one][order.at], rows[other][order.at], sign));
    }
    const first = kept.findIndex((row) => `${table.keys[row].layer}/${table.keys[row].id}` === this.picked);
    return first > 0 ? [kept[first], ...kept.slice(0, first), ...kept.slice(first + 1)] : kept;
  }

  /** @param {string} name @param {number} at */
  heading(name, at) {
    const order = this.order[this.current];
    const now = order?.at === at;
    const sort = () => {
      this.order[this.current] = { at, down: now && !order.down };
      this.refresh();
    };
    return el("th", { scope: "col", "aria-sort": now ? (order.down ? "descending" : "ascending") : "none" }, el("button", { type: "button", text: now ? `${name} ${order.down ? "↓" : "↑"}` : name, on: { click: sort } }));
  }

  /** @param {any} key @param {any[]} cells @param {any[]} formats */
  row(key, cells, formats) {
    const opens = key.id || key.district || key.figure;
    const open = () => this.open(key);
    const shown = cells.map((cell, at) => el(at ? "td" : "th", { scope: at ? null : "row", class: formats[at] ? "sf-number" : null }, at === 0 && opens
      ? el("button", { type: "button", class: "sf-open", text: this.cell(cell, formats[at]), on: { click: open } }) : this.cell(cell, formats[at])));
    const marked = Boolean(this.picked) && `${key.layer}/${key.id}` === this.picked;
    return el("tr", { class: marked ? "sf-picked" : null }, ...shown);
  }

  /** @param {any} value @param {{digits: number, sign: boolean, percent: boolean}|null} format */
  cell(value, format) {
    if (value === null || value === "") return "–";
    if (!format || typeof value !== "number") return String(value);
    const sign = format.sign && value > 0 ? "+" : "";
    return `${sign}${this.texts.number(value, format.digits)}${format.percent ? "%" : ""}`;
  }

  /** @param {any} key */
  open(key) {
    if (key.figure) return this.prove(key.figure);
    this.atlas.root.scrollIntoView({ block: "nearest" });
    if (key.district) return this.atlas.camera.fitDistrict(key.district);
    return this.atlas.show(key.layer, key.id);
  }
}

/** @param {any} one @param {any} other @param {number} sign */
function compare(one, other, sign) {
  const missing = (value) => value === null || value === "";
  if (missing(one) || missing(other)) return Number(missing(one)) - Number(missing(other));
  if (typeof one === "number" && typeof other === "number") return sign * (one - other);
  return sign * String(one).localeCompare(String(other), "zh-CN", { numeric: true });
}
