/**
 * Choice of a street map; one that wants a key asks for the reader's own.
 */
import { el, fill } from "./dom.js";

export class TileBox {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    const { texts, basemap } = atlas;
    const group = `${atlas.map.getContainer().id}-tiles`;
    const radio = (id, text) => el("label", { class: "atlas-radio" }, el("input", {
      type: "radio", name: group, value: id, checked: basemap.current === id, on: { change: () => this.choose(id) },
    }), el("span", { text }));
    this.form = el("div", { class: "atlas-key" });
    this.node = el(
      "div", { class: "atlas-tiles" },
      el("div", { role: "radiogroup" }, radio("", texts.t("basemap_none")), ...basemap.list.map((item) => radio(item.id, texts.of(item, "title")))),
      this.form,
      el("p", { class: "atlas-muted", text: texts.t("basemap_hint") }),
    );
  }

  /** @param {string} id */
  choose(id) {
    const { basemap, texts } = this.atlas;
    fill(this.form);
    if (!basemap.find(id)?.needs_key) return this.show(id);
    const input = el("input", { type: "text", class: "atlas-input", autocomplete: "off", "aria-label": texts.t("basemap_key"), placeholder: texts.t("basemap_key"), value: basemap.keyOf(id) });
    const save = () => {
      basemap.saveKey(id, input.value.trim());
      this.show(basemap.needsKey(id) ? "" : id);
    };
    fill(this.form, input, el("button", { type: "button", class: "atlas-action", text: texts.t("basemap_use"), on: { click: save } }));
    return this.show(basemap.needsKey(id) ? "" : id);
  }

  /** @param {string} id */
  show(id) {
    this.atlas.basemap.choose(id);
    this.atlas.drawShapes();
    this.atlas.showCredits();
  }
}
