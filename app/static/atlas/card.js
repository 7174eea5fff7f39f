/**
 * The card of a place: everything its layer says about it, every line marked with the kind of knowledge it is.
 */
import { fetchJson } from "./assets.js";
import { isNarrow } from "./camera.js";
import { ICONS, el, fill, icon, overlay } from "./dom.js";
import { accuracyOf, locationOf, nameOf } from "./places.js";
import { STATES, swatch, shapeSwatch } from "./symbols.js";

const KINDS = ["stated", "own", "reference", "measured", "modelled", "location", "note"];

/** @typedef {{decl: any, table: any, row: number}} Entry */

export class Card {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.node = el("section", { class: "atlas-card atlas-overlay", tabindex: "-1", role: "dialog", "aria-label": atlas.texts.t("card"), hidden: true });
    overlay(atlas.L, atlas.map.getContainer(), this.node);
    this.key = (event) => {
      if (event.key === "Escape" && this.isOpen) this.close();
    };
    document.addEventListener("keydown", this.key);
    this.turn = 0;
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** @param {boolean} open */
  reveal(open) {
    this.node.hidden = !open;
    this.atlas.map.getContainer().classList.toggle("atlas-card-open", open);
    if (open && isNarrow(this.atlas.map)) this.atlas.panel.open(false); // no room for both
  }

  /**
   * Open the card of a place, or the list of those that share it.
   * @param {Entry[]} entries
   * @param {{focus?: boolean, told?: boolean}} [options] told: tell the host of the pick
   */
  async open(entries, { focus = true, told = false } = {}) {
    if (entries.length > 1) this.list(entries);
    else await this.detail(entries[0], this.atlas.points.sharing(entries[0]), told);
    const { table, row } = entries[0];
    if (!Number.isNaN(table.lat[row])) this.atlas.camera.clearOf([table.lat[row], table.lon[row]], this.node);
    if (focus) this.node.focus({ preventScroll: true });
  }

  /** @param {Entry[]} entries */
  list(entries) {
    const { texts } = this.atlas;
    this.circle(null);
    fill(
      this.node,
      this.head(texts.t("card_shared", { n: entries.length }), ""),
      el("div", { class: "atlas-card-body" }, el("ul", { class: "atlas-list" }, ...entries.map((entry) => this.choice(entry, entries)))),
    );
    this.reveal(true);
  }

  /** @param {Entry} entry @param {Entry[]} entries */
  choice(entry, entries) {
    const open = () => this.detail(entry, entries, true).then(() => this.node.focus({ preventScroll: true }));
    return el("li", {}, el(
      "button", { type: "button", on: { click: open } },
      symbolOf(this.atlas, entry),
      el("span", {}, el("b", { text: nameOf(this.atlas, entry) }), el("small", { text: `${this.atlas.texts.of(entry.decl, "title")} · ${locationOf(this.atlas, entry)}` })),
    ));
  }

  /** @param {Entry} entry @param {Entry[]} sharing @param {boolean} told */
  async detail(entry, sharing, told) {
    const { texts } = this.atlas;
    const turn = ++this.turn;
    if (told) this.atlas.pick(entry);
    const body = el("div", { class: "atlas-card-body" });
    fill(this.node, this.head(nameOf(this.atlas, entry), texts.of(entry.decl, "title"), entry), body);
    this.reveal(true);
    this.circle(entry);
    const known = entry.table.props(entry.row);
    const props = known.card || ["base", "result"].includes(entry.decl.role) ? known : { ...known, ...await this.fetched(entry, body) };
    if (turn !== this.turn) return; // another card was opened meanwhile
    const other = texts.lang === "en" ? props.name_zh : props.name_en;
    fill(
      body,
      other && other !== nameOf(this.atlas, entry) && el("p", { class: "atlas-card-other", text: other, lang: texts.lang === "en" ? "zh-CN" : "en" }),
      el("p", { class: "atlas-card-where", text: locationOf(this.atlas, entry) }),
      props.unverified && el("p", { class: "atlas-flag", text: texts.t("unverified_long") }),
      entry.decl.role === "modelled" && el("p", { class: "atlas-flag", text: texts.t("modelled_warning") }),
      ...this.groups(props.card ?? []),
      sharing.length > 1 && this.neighbours(entry, sharing),
    );
  }

  /** @param {Entry} entry @param {HTMLElement} body */
  async fetched({ decl, table, row }, body) {
    const { texts } = this.atlas;
    fill(body, el("p", { class: "atlas-muted", text: texts.t("card_loading") }));
    try {
      const got = await fetchJson(`${decl.url.split("?")[0].replace(/\.geojson$/, "")}/card/${row}.json`);
      const props = Array.isArray(got) ? { card: got } : got.properties ?? got;
      const name = texts.of(props);
      if (name) this.node.querySelector("h3").textContent = name;
      return props;
    } catch {
      fill(body, el("p", { class: "atlas-flag", text: texts.t("card_failed") }), el("p", { class: "atlas-card-where", text: locationOf(this.atlas, { decl, table, row }) }));
      return null;
    }
  }

  /** @param {string} title @param {string} layer @param {Entry} [entry] */
  head(title, layer, entry) {
    const { texts } = this.atlas;
    return el(
      "header", { class: "atlas-card-head" },
      entry && symbolOf(this.atlas, entry),
      el("div", {}, layer && el("small", { text: layer }), el("h3", { text: title })),
      el("button", { type: "button", class: "atlas-close", "aria-label": texts.t("close"), title: texts.t("close"), on: { click: () => this.close() } }, icon(ICONS.close)),
    );
  }

  /** @param {any[]} rows */
  groups(rows) {
    const kinds = [...KINDS, ...rows.map((row) => row.kind).filter((kind) => !KINDS.includes(kind))];
    return [...new Set(kinds)].flatMap((kind) => {
      const own = rows.filter((row) => row.kind === kind);
      return own.length ? [this.group(kind, own)] : [];
    });
  }

  /** @param {string} kind @param {any[]} rows */
  group(kind, rows) {
    const { texts } = this.atlas;
    const tag = KINDS.includes(kind) ? texts.t(`kind_${kind}`) : kind;
    return el(
      "div", { class: "atlas-group", data: { kind } },
      el("span", { class: "atlas-kind", text: tag, title: texts.t(`kind_${kind}_long`) }),
      el("dl", {}, ...rows.flatMap((row) => [
        el("dt", { text: texts.of(row, "label") }),
        el("dd", {}, el("span", { text: texts.of(row, "value") }), this.sourceOf(row)),
      ])),
    );
  }

  /** Who says it; a stated figure opens its evidence. @param {any} row */
  sourceOf(row) {
    const text = this.atlas.texts.of(row, "source");
    if (!text || !row.figure) return text && el("small", { text });
    const title = this.atlas.texts.t("open_evidence");
    return el("button", { type: "button", class: "atlas-source", title, text, on: { click: () => this.atlas.prove(row.figure) } });
  }

  /** @param {Entry} entry @param {Entry[]} sharing */
  neighbours(entry, sharing) {
    const others = sharing.filter((other) => other.table !== entry.table || other.row !== entry.row);
    return el(
      "div", { class: "atlas-neighbours" },
      el("h4", { text: this.atlas.texts.t("card_also_here", { n: others.length }) }),
      el("ul", { class: "atlas-list" }, ...others.map((other) => this.choice(other, sharing))),
    );
  }

  /** The circle within which the place may lie. @param {Entry|null} entry */
  circle(entry) {
    this.ring?.remove();
    this.ring = null;
    const radius = entry ? accuracyOf(this.atlas, entry) : null;
    if (!radius || Number.isNaN(entry.table.lat[entry.row])) return;
    const { L, map } = this.atlas;
    this.ring = L.circle([entry.table.lat[entry.row], entry.table.lon[entry.row]], {
      radius, pane: "atlas-shapes", renderer: this.atlas.shapes.renderers.place, interactive: false,
      color: "#c0391b", weight: 1.4, opacity: 0.9, dashArray: "5 5", fill: false,
    }).addTo(map);
  }

  close() {
    const had = this.isOpen;
    const focused = this.node.contains(document.activeElement);
    this.turn++;
    this.reveal(false);
    this.circle(null);
    if (!had) return;
    if (focused) this.atlas.map.getContainer().focus({ preventScroll: true });
    this.atlas.pick(null);
  }

  remove() {
    document.removeEventListener("keydown", this.key);
    this.circle(null);
    this.reveal(false);
    this.node.remove();
  }
}

/** @param {any} atlas @param {Entry} entry */
function symbolOf({ manifest }, { decl, table, row }) {
  if (Number.isNaN(table.mx[row])) return shapeSwatch(decl.style, /Line/.test(table.features[row].geometry.type));
  const state = decl.role === "modelled" ? "modelled" : STATES[manifest.methods[table.method[row]]?.code] ?? "solid";
  return swatch(decl.style, state, { unverified: table.unverified[row] === 1 });
}
