/**
 * The layers that the map has: declarations, and tables once they are loaded.
 */
import { fetchJson } from "./assets.js";
import { applyFilter, compileFilter } from "./filter.js";
import { codesOf, fromGeoJson, numberStacks } from "./table.js";

export class LayerStore {
  /** @param {any[]} decls in drawing order, lowest first @param {any} manifest */
  constructor(decls, manifest) {
    this.decls = decls;
    this.codes = codesOf(manifest);
    /** @type {Map<string, import("./table.js").PointTable>} */
    this.tables = new Map();
    /** @type {Map<string, Promise<void>>} */
    this.loading = new Map();
    /** Layers that could not be read. */
    this.failed = new Set();
    this.stacks = 0;
  }

  /** Layers that a reader can switch. */
  get places() {
    return this.decls.filter((decl) => decl.role !== "base");
  }

  /** Ids of the layers that are on at first. */
  get defaults() {
    return this.places.filter((decl) => decl.on).map((decl) => decl.id);
  }

  /**
   * Take over the layers that the session's reader brought; those that went are forgotten.
   * @param {any[]} decls
   * @returns {string[]} ids of those that went
   */
  bring(decls) {
    const wanted = new Set(decls.map((decl) => decl.id));
    const gone = this.decls.filter((decl) => decl.role === "own" && !wanted.has(decl.id)).map((decl) => decl.id);
    for (const id of gone) for (const kept of [this.tables, this.loading, this.failed]) kept.delete(id);
    this.decls = [...this.decls.filter((decl) => decl.role !== "own"), ...decls];
    return gone;
  }

  /** @param {string} id */
  decl(id) {
    return this.decls.find((decl) => decl.id === id);
  }

  /**
   * The declarations that this view draws: its layers, the base sheets, the outlines of shown layers.
   * @param {import("./address.js").View} view
   */
  drawn(view) {
    return this.decls.filter((decl) => {
      if (decl.follows) return view.l.includes(decl.follows);
      return view.l.includes(decl.id) || (decl.role === "base" && decl.on);
    });
  }

  /**
   * Load what is still missing; a layer that fails is marked, and the others go on.
   * @param {any[]} decls
   * @param {(decl: any) => void} [loaded]
   */
  async load(decls, loaded = () => {}) {
    const before = this.tables.size;
    await Promise.all(decls.map((decl) => {
      if (!this.loading.has(decl.id)) this.loading.set(decl.id, this.loadOne(decl, loaded));
      return this.loading.get(decl.id);
    }));
    if (this.tables.size !== before) this.stacks = numberStacks(this.placeTables());
  }

  async loadOne(decl, loaded) {
    try {
      const table = fromGeoJson(await fetchJson(decl.url), this.codes);
      this.tables.set(decl.id, table);
      this.failed.delete(decl.id);
      loaded(decl);
    } catch (error) {
      this.failed.add(decl.id);
      this.loading.delete(decl.id); // switching the layer on again tries again
      console.warn(`layer ${decl.id} is not shown:`, error.message);
    }
  }

  placeTables() {
    return this.places.map((decl) => this.tables.get(decl.id)).filter(Boolean);
  }

  /** @param {any[]} decls */
  missing(decls) {
    return decls.filter((decl) => !this.tables.has(decl.id) && !this.failed.has(decl.id));
  }

  /**
   * Filter every loaded place layer.
   * @param {import("./address.js").View} view
   * @returns {{decl: any, table: any}[]} the shown layers, lowest first
   */
  filter(view) {
    const filter = compileFilter(view, this.codes);
    const sheets = [];
    for (const decl of this.places) {
      const table = this.tables.get(decl.id);
      if (!table || decl.follows) continue;
      applyFilter(table, filter, decl.sector_filtered !== false);
      if (view.l.includes(decl.id)) sheets.push({ decl, table });
    }
    return sheets;
  }

  /**
   * Rows of an outline layer whose place passes the filter.
   * @param {any} decl with `follows`
   * @returns {Uint8Array|null}
   */
  followMask(decl) {
    const [own, other] = [this.tables.get(decl.id), this.tables.get(decl.follows)];
    if (!own || !other) return null;
    const rows = new Map(other.features.map((feature, row) => [String(feature.properties.id), row]));
    return Uint8Array.from(own.features, ({ properties }) => other.mask[rows.get(String(properties.park_id))] ?? 0);
  }
}
