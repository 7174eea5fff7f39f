import { ICONS, el, fill, icon } from "./dom.js";

/**
 * Links to /export/ anywhere on the page carry the view of the moment of the click, not of the last page run.
 */
const EVENTS = ["click", "auxclick", "contextmenu"];

export class Exports {
  /** @param {any} atlas */
  constructor(atlas) {
    this.listener = (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!link) return;
      const url = new URL(link.href, window.location.href);
      if (url.origin !== window.location.origin || !url.pathname.startsWith("/export/")) return;
      link.setAttribute("href", `${url.pathname}${atlas.query(url.search)}${url.hash}`);
    };
    for (const name of EVENTS) document.addEventListener(name, this.listener, true);
  }

  remove() {
    for (const name of EVENTS) document.removeEventListener(name, this.listener, true);
  }
}

/** The menu in the panel: a format, a datum, and a link for every layer that is shown. */
export class ExportMenu {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    const { formats, datums } = atlas.manifest;
    this.format = this.choice("export_format", formats.map(({ ending, title }) => [ending, title]));
    // the first is the usual one: an address does not name it
    this.datum = this.choice("export_datum", datums.map(({ code, title }, at) => [at ? code : "", title]));
    this.links = el("div", { class: "atlas-exports" });
    // a file from a stick has no server that could write these
    const served = window.location.protocol.startsWith("http");
    this.node = el("div", {}, served && el("div", { class: "atlas-export-choice" }, this.format, this.datum), this.links);
  }

  /** @param {string} key of its text @param {string[][]} options value and name */
  choice(key, options) {
    return el(
      "select", { "aria-label": this.atlas.texts.t(key), data: { choice: key }, on: { change: () => this.sync(this.atlas.view) } },
      ...options.map(([value, text]) => el("option", { value, text })),
    );
  }

  /** @param {import("./address.js").View} view */
  sync(view) {
    const { atlas } = this;
    const said = [["datum", this.datum.value], ["own", atlas.token]].filter(([, value]) => value);
    const search = `?${said.map(([name, value]) => `${name}=${value}`).join("&")}`;
    const link = (name, text) => el(
      "a", { href: `/export/${encodeURIComponent(name)}${this.format.value}${atlas.query(search)}`, download: true, data: { export: name } },
      icon(ICONS.down), el("span", { text }),
    );
    const shown = atlas.store.places.filter((decl) => view.l.includes(decl.id) && !decl.follows);
    fill(
      this.links,
      shown.length > 0 && link("shown", atlas.texts.t("export_all")),
      ...shown.map((decl) => link(decl.id, atlas.texts.of(decl, "title"))),
      ...atlas.store.drawn(view).filter((decl) => decl.follows).map((decl) => link(decl.id, atlas.texts.of(decl, "title"))),
    );
  }
}
