/**
 * Town filter: type a name, pick it, see it as a chip that can be taken off.
 */
import { el, fill } from "./dom.js";

export class TownBox {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    const { texts, manifest, map } = atlas;
    const listId = `${map.getContainer().id}-towns`;
    this.known = new Set(manifest.towns);
    this.input = el("input", {
      type: "text", class: "atlas-input", list: listId, autocomplete: "off", placeholder: texts.t("towns_hint"), "aria-label": texts.t("section_towns"),
      on: { input: (event) => this.take(event), change: (event) => this.take(event) },
    });
    this.chips = el("div", { class: "atlas-chips" });
    this.node = el("div", { class: "atlas-towns" }, this.input, el("datalist", { id: listId }, ...manifest.towns.map((name) => el("option", { value: name }))), this.chips);
  }

  /** A complete known name is taken at once. @param {Event} event */
  take(event) {
    const name = this.input.value.trim();
    if (!this.known.has(name)) return;
    // While typing, "北新" must not be taken where "北新泾街道" is meant: wait for Enter or a choice.
    const longer = [...this.known].some((other) => other !== name && other.startsWith(name));
    if (event.type === "input" && longer && event.inputType !== "insertReplacementText") return;
    this.input.value = "";
    const { view } = this.atlas;
    if (!view.t.includes(name)) this.atlas.change({ t: [...view.t, name] }, event.timeStamp);
  }

  /** @param {string[]} towns */
  sync(towns) {
    const drop = (name) => (event) => this.atlas.change({ t: this.atlas.view.t.filter((other) => other !== name) }, event.timeStamp);
    const label = (name) => this.atlas.texts.t("remove", { name });
    fill(this.chips, ...towns.map((name) => el(
      "button", { type: "button", class: "atlas-chip", "aria-pressed": "true", "aria-label": label(name), data: { t: name }, on: { click: drop(name) } }, `${name} ×`,
    )));
  }
}
