/**
 * The control inside the map: layers, filters, street map, exports. It only asks the atlas to change the view; what it
 * shows comes back through sync().
 */
import { isNarrow } from "./camera.js";
import { ICONS, el, fill, icon, overlay } from "./dom.js";
import { ExportMenu } from "./exports.js";
import { layerSwatch } from "./legend.js";
import { Finder } from "./finder.js";
import { TownBox } from "./towns.js";
import { TileBox } from "./tiles.js";

export class Panel {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    const { L, map, texts } = atlas;
    /** @type {Map<string, any>} */
    this.layers = new Map();
    /** @type {{list: string, code: string, node: HTMLElement}[]} */
    this.chips = [];
    this.total = el("span", { class: "atlas-total", "aria-live": "polite" });
    this.body = el("div", { class: "atlas-panel-body", id: `${map.getContainer().id}-panel` });
    this.toggle = el(
      "button", { type: "button", class: "atlas-panel-toggle", "aria-controls": this.body.id, on: { click: () => this.open(!this.isOpen) } },
      icon(ICONS.panel), el("span", { class: "atlas-panel-title", text: texts.t("panel") }), this.total, icon(ICONS.chevron),
    );
    this.node = el("aside", { class: "atlas-panel atlas-overlay", "aria-label": texts.t("panel") }, this.toggle, this.body);
    this.build();
    overlay(L, map.getContainer(), this.node);
    this.open(!isNarrow(map));
  }

  get width() {
    return this.node.offsetWidth;
  }

  /** @param {boolean} open */
  open(open) {
    this.isOpen = open;
    this.node.classList.toggle("atlas-open", open);
    this.atlas.map.getContainer().classList.toggle("atlas-panel-open", open);
    this.body.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  build() {
    const { atlas } = this;
    const { texts, manifest } = atlas;
    this.towns = new TownBox(atlas);
    this.tiles = new TileBox(atlas);
    this.finder = new Finder(atlas);
    this.exports = new ExportMenu(atlas);
    this.fitButton = this.action("fit_districts", ICONS.fit, () => atlas.camera.fitDistricts(atlas.view.d));
    this.resetButton = this.action("reset", ICONS.close, (event) => atlas.change({ d: [], s: [], p: [], t: [], l: atlas.store.defaults }, event.timeStamp));
    fill(
      this.body,
      el("div", { class: "atlas-actions" }, this.resetButton, this.fitButton, this.action("home", ICONS.home, () => atlas.camera.home())),
      this.finder.node,
      this.section("layers", true, el("ul", { class: "atlas-layers" }, ...[...atlas.store.places].reverse().filter((decl) => !decl.follows).map((decl) => this.layerRow(decl)))),
      this.section("districts", true, this.chipRow("d", manifest.districts)),
      this.section("sectors", true, this.chipRow("s", manifest.sectors), this.untouched = el("p", { class: "atlas-muted" })),
      this.section("precision", false, this.chipRow("p", manifest.methods)),
      manifest.towns.length > 0 && this.section("towns", false, this.towns.node),
      this.section("basemap", false, this.tiles.node),
      this.section("export", false, el("p", { class: "atlas-muted", text: texts.t("export_hint") }), this.exports.node),
    );
  }

  action(key, path, click) {
    const text = this.atlas.texts.t(key);
    return el("button", { type: "button", class: "atlas-action", data: { action: key }, on: { click } }, icon(path), el("span", { text }));
  }

  /** @param {string} key @param {boolean} open @param {...any} children */
  section(key, open, ...children) {
    const count = el("b", { class: "atlas-count" });
    this.counts = { ...this.counts, [key]: count };
    return el(
      "details", { class: "atlas-section", open, data: { section: key } },
      el("summary", {}, el("span", { text: this.atlas.texts.t(`section_${key}`) }), count, icon(ICONS.chevron)), ...children,
    );
  }

  layerRow(decl) {
    const { atlas } = this;
    const count = el("span", { class: "atlas-shown" });
    const box = el("input", {
      type: "checkbox", data: { layer: decl.id },
      on: {
        change: (event) => {
          atlas.store.failed.delete(decl.id); // switching a layer that failed tries it again
          atlas.change({ l: this.wanted(decl.id, box.checked) }, event.timeStamp);
        },
      },
    });
    this.layers.set(decl.id, { decl, box, count });
    return el("li", {}, el("label", {}, box, layerSwatch(decl), el("span", { class: "atlas-layer-name", text: atlas.texts.of(decl, "title") }), count));
  }

  /** Shown layers in declared order, ids that are not ours kept. */
  wanted(id, on) {
    const { store, view } = this.atlas;
    const all = on ? [...view.l, id] : view.l.filter((other) => other !== id);
    const order = new Map(store.decls.map((decl, i) => [decl.id, i]));
    return all.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  }

  /** @param {"d"|"s"|"p"} list @param {any[]} items */
  chipRow(list, items) {
    const { atlas } = this;
    return el("div", { class: "atlas-chips", role: "group" }, ...items.map((item) => {
      const flip = (event) => {
        const now = atlas.view[list];
        atlas.change({ [list]: now.includes(item.code) ? now.filter((c) => c !== item.code) : [...now, item.code] }, event.timeStamp);
      };
      const node = el("button", { type: "button", class: "atlas-chip", "aria-pressed": "false", data: { [list]: item.code }, text: atlas.texts.of(item), on: { click: flip } });
      this.chips.push({ list, code: item.code, node });
      return node;
    }));
  }

  /** @param {import("./address.js").View} view */
  sync(view) {
    for (const { list, code, node } of this.chips) node.setAttribute("aria-pressed", String(view[list].includes(code)));
    for (const [key, list] of [["districts", "d"], ["sectors", "s"], ["precision", "p"], ["towns", "t"]]) {
      if (this.counts[key]) this.counts[key].textContent = view[list].length ? String(view[list].length) : "";
    }
    this.syncLayers(view);
    this.syncSectors(view);
    this.fitButton.disabled = !view.d.length;
    this.towns.sync(view.t);
    this.exports.sync(view);
  }

  /** @param {import("./address.js").View} view */
  syncLayers(view) {
    const { texts, store } = this.atlas;
    let [shown, all] = [0, 0];
    for (const { decl, box, count } of this.layers.values()) {
      box.checked = view.l.includes(decl.id);
      const table = store.tables.get(decl.id);
      const failed = store.failed.has(decl.id) && box.checked;
      count.classList.toggle("atlas-bad", failed);
      count.textContent = failed ? texts.t("layer_not_loaded") : table ? `${texts.number(box.checked ? table.shown : 0)} / ${texts.number(table.n)}` : "";
      if (!table || !box.checked) continue;
      shown += table.shown;
      all += table.n;
    }
    this.total.textContent = texts.t("shown_of", { shown: texts.number(shown), all: texts.number(all) });
  }

  /** @param {import("./address.js").View} view */
  syncSectors(view) {
    const { texts, store } = this.atlas;
    const untouched = store.places.filter((decl) => decl.sector_filtered === false && view.l.includes(decl.id));
    this.untouched.textContent = untouched.length
      ? texts.t("legend_untouched", { layers: untouched.map((decl) => texts.of(decl, "title")).join(texts.t("list_comma")) }) : "";
  }

  remove() {
    this.node.remove();
  }
}
