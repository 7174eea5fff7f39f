/**
 * The credit line: whose data are drawn now. Written as text; Leaflet's own control would take it as markup.
 */
export class Credits {
  /** @param {any} L @param {any} map */
  constructor(L, map) {
    map.attributionControl?.remove();
    const Line = L.Control.Attribution.extend({
      _update() {
        if (this._map) this._container.textContent = this.lines?.join("  ·  ") ?? "";
      },
    });
    this.control = new Line({ prefix: false, position: "bottomright" }).addTo(map);
    this.tile = "";
    this.layers = [];
  }

  /** @param {any[]} decls drawn layers @param {import("./texts.js").Texts} texts */
  show(decls, texts) {
    const approvals = new Set(decls.map((decl) => decl.map_approval).filter(Boolean));
    this.layers = [
      // the approval first: a narrow map shows two lines, and the rest on scrolling
      ...[...approvals].map((number) => texts.t("map_approval", { number })),
      // One layer may credit several; taken apart, each is named once.
      ...new Set(decls.flatMap((decl) => String(decl.attribution ?? "").split(/\s*[·;；]\s*/)).filter(Boolean)),
    ];
    this.update();
  }

  /** @param {string} text credit of the chosen tiles */
  setTile(text) {
    this.tile = text;
    this.update();
  }

  update() {
    this.control.lines = [...new Set([this.tile, ...this.layers].filter(Boolean))];
    this.control._update();
  }
}
