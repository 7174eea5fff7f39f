/**
 * The legend: what is drawn now, and what its way of drawing means.
 */
import { isNarrow } from "./camera.js";
import { ICONS, el, fill, icon, overlay } from "./dom.js";
import { STATES, shapeSwatch, swatch } from "./symbols.js";

const GREY = { "marker-color": "#44566b", "marker-size": "medium" };
const ORDER = ["solid", "ring", "hollow", "schematic", "modelled"];

export class Legend {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    const { texts, map, L } = atlas;
    this.body = el("div", { class: "atlas-legend-body" });
    this.node = el(
      "details", { class: "atlas-legend atlas-overlay", open: !isNarrow(map) },
      el("summary", {}, el("span", { text: texts.t("legend") }), icon(ICONS.chevron)),
      this.body,
    );
    overlay(L, map.getContainer(), this.node);
  }

  /** @param {import("./address.js").View} view */
  sync(view) {
    const { texts, store } = this.atlas;
    const results = this.atlas.results?.sheets.map(({ decl }) => decl) ?? [];
    const drawn = store.places.filter((decl) => view.l.includes(decl.id) && store.tables.has(decl.id));
    const outlines = store.drawn(view).filter((decl) => decl.follows && store.tables.has(decl.id));
    fill(
      this.body,
      drawn.length ? el("ul", { class: "atlas-legend-layers" }, ...[...results, ...drawn.reverse(), ...outlines].map((decl) => this.layerRow(decl))) : el("p", { class: "atlas-muted", text: texts.t("legend_empty") }),
      drawn.length && el("h4", { text: texts.t("legend_location") }),
      drawn.length && el("ul", {}, ...this.stateRows(drawn)),
      ...this.notes(drawn, view),
    );
  }

  layerRow(decl) {
    return el("li", {}, layerSwatch(decl, this.atlas.store.tables.get(decl.id)), el("span", { text: this.atlas.texts.of(decl, "title") }));
  }

  /** Only the ways of drawing that occur on the map now. @param {any[]} drawn */
  stateRows(drawn) {
    const { texts, store, manifest } = this.atlas;
    const present = new Set();
    let unverified = false;
    for (const decl of drawn) {
      const { n, mask, method, unverified: doubt } = store.tables.get(decl.id);
      const seen = new Uint8Array(32);
      for (let row = 0; row < n; row++) {
        if (!mask[row]) continue;
        seen[method[row]] = 1;
        if (doubt[row]) unverified = true;
      }
      seen.forEach((yes, i) => yes && present.add(decl.role === "modelled" ? "modelled" : STATES[manifest.methods[i]?.code] ?? "solid"));
    }
    const rows = ORDER.filter((state) => present.has(state))
      .map((state) => el("li", {}, swatch(GREY, state), el("span", { text: texts.t(`state_${state}`) })));
    if (unverified) rows.push(el("li", {}, swatch(GREY, "solid", { unverified: true }), el("span", { text: texts.t("state_unverified") })));
    return rows;
  }

  /** @param {any[]} drawn @param {import("./address.js").View} view */
  notes(drawn, view) {
    const { texts } = this.atlas;
    const untouched = drawn.filter((decl) => decl.sector_filtered === false).map((decl) => texts.of(decl, "title"));
    const notes = [];
    if (view.s.length && untouched.length) notes.push(texts.t("legend_untouched", { layers: untouched.join(texts.t("list_comma")) }));
    if (drawn.some((decl) => decl.role === "modelled")) notes.push(texts.t("modelled_warning"));
    if (drawn.some((decl) => decl.id.startsWith("breakfast"))) notes.push(texts.t("breakfast_status"));
    if (this.atlas.manifest.home?.mapped) notes.push(texts.t("legend_unmapped"));
    return notes.map((text) => el("p", { class: "atlas-note", text }));
  }

  remove() {
    this.node.remove();
  }
}

/** The sign of a whole layer. @param {any} decl @param {any} [table] */
export function layerSwatch(decl, table) {
  const kinds = decl.geometry ?? ["Point"];
  if (decl.role === "result" && kinds.includes("Point")) return swatch(decl.style, "modelled");
  if (kinds.some((kind) => /Point/.test(kind)) || (table && !table.hasShapes)) return swatch(decl.style, decl.role === "modelled" ? "modelled" : "solid");
  return shapeSwatch(decl.style, kinds.some((kind) => /Line/.test(kind)));
}
