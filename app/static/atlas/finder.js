/**
 * Find a place by name: the way to every card for those who use no mouse.
 */
import { ICONS, el, fill, icon } from "./dom.js";
import { nameOf } from "./places.js";

const MOST = 8;

export class Finder {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    const { texts } = atlas;
    this.input = el("input", { type: "search", class: "atlas-input", autocomplete: "off", placeholder: texts.t("find_hint"), "aria-label": texts.t("find_hint"), on: { input: () => this.look() } });
    this.results = el("ul", { class: "atlas-list atlas-results", "aria-live": "polite" });
    this.node = el("div", { class: "atlas-finder", role: "search" }, icon(ICONS.search), this.input, this.results);
  }

  look() {
    const wanted = this.input.value.trim().toLowerCase();
    if (!wanted) return fill(this.results);
    const found = this.matches(wanted);
    if (!found.length) return fill(this.results, el("li", { class: "atlas-muted", text: this.atlas.texts.t("find_none") }));
    return fill(this.results, ...found.map((entry) => this.result(entry)));
  }

  /** Shown rows whose Chinese or English name holds the words. @param {string} wanted */
  matches(wanted) {
    const { store, view } = this.atlas;
    const found = [];
    for (const decl of store.places) {
      const table = store.tables.get(decl.id);
      if (!table || !view.l.includes(decl.id) || decl.follows) continue;
      for (let row = 0; row < table.n && found.length < MOST; row++) {
        const { name_zh: zh, name_en: en } = table.props(row);
        if (table.mask[row] && `${zh ?? ""}\n${en ?? ""}`.toLowerCase().includes(wanted)) found.push({ decl, table, row });
      }
    }
    return found;
  }

  result(entry) {
    const go = () => {
      const { atlas } = this;
      atlas.camera.lookAt(entry.decl, entry.table, entry.row);
      atlas.card.open([entry], { told: true });
      this.input.value = "";
      fill(this.results);
    };
    return el("li", {}, el("button", { type: "button", on: { click: go } }, el("span", {}, el("b", { text: nameOf(this.atlas, entry) }), el("small", { text: this.atlas.texts.of(entry.decl, "title") }))));
  }
}
