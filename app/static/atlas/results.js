/**
 * What an analysis found, drawn over the places: never filtered, never counted among them, gone when it is not asked for.
 */
import { fetchJson } from "./assets.js";
import { fromGeoJson } from "./table.js";

export class Results {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    /** @type {{decl: any, table: any}[]} */
    this.sheets = [];
    this.wanted = "[]";
  }

  /** Draw exactly these. @param {any[]|undefined} decls declarations with `url`; what else they hold is as a layer's */
  async show(decls) {
    const wanted = JSON.stringify(decls ?? []);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    const { root } = this.atlas;
    root.dataset.results = "loading";
    const found = await Promise.all((decls ?? []).map((decl) => this.load(decl)));
    if (wanted !== this.wanted) return; // another question was asked meanwhile
    this.clear();
    this.sheets = found.filter(Boolean);
    for (const { decl, table } of this.sheets) if (table.hasShapes) this.atlas.shapes.add(decl, table);
    this.atlas.refresh();
    root.dataset.results = this.sheets.map(({ decl, table }) => `${decl.id}:${table.n}`).join(" ");
  }

  async load(decl) {
    try {
      const table = fromGeoJson(await fetchJson(decl.url), this.atlas.store.codes);
      table.mask.fill(1);
      table.shown = table.n;
      return { decl, table };
    } catch (error) {
      console.warn(`result ${decl.id} is not shown:`, error.message); // the page says why
      return null;
    }
  }

  clear() {
    for (const { decl } of this.sheets) this.atlas.shapes.drop(decl.id);
  }

  /** Those with points, to be drawn above the places. */
  get pointSheets() {
    return this.sheets.filter(({ table }) => !table.hasShapes);
  }
}
