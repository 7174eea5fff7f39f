/**
 * Lines and polygons: base sheets, park outlines, corridors. Leaflet paths on canvas panes below the points.
 */
import { dashOf, colorOf } from "./symbols.js";

/** Fallbacks by layer id, for a declaration that leaves a value out. */
const DEFAULTS = {
  land: { stroke: "#c9c3b4", "stroke-width": 0.8, fill: "#faf8f2", "fill-opacity": 1 },
  neighbours: { stroke: "#d5d0c4", "stroke-width": 0.8, fill: "#ebe8e0", "fill-opacity": 1 },
  water: { stroke: "#b4d0de", "stroke-width": 0.6, fill: "#cfe3ec", "fill-opacity": 1 },
  districts: { stroke: "#8a8f98", "stroke-width": 1, fill: "#ffffff", "fill-opacity": 0.01 },
};

/**
 * simplestyle -> Leaflet path options.
 * @param {Record<string, any>} style @param {{line: boolean, method?: string, fallback?: Record<string, any>}} how
 */
export function pathOptions(style, { line, method = "", fallback = {} }) {
  const get = (name, value) => [style[name], fallback[name]].find((v) => v !== undefined && v !== null && v !== "") ?? value;
  const uncertain = ["schematic", "modelled", "town", "district"].includes(method);
  const dash = dashOf({ "stroke-dasharray": get("stroke-dasharray", "") });
  const faint = method === "schematic" || method === "modelled" ? 0.55 : 1;
  return {
    stroke: true, color: get("stroke", colorOf(style)), weight: Number(get("stroke-width", line ? 2.5 : 1.5)),
    opacity: Number(get("stroke-opacity", 1)) * faint,
    dashArray: dash.length ? dash.join(" ") : uncertain ? "7 6" : null,
    fill: !line, fillColor: get("fill", colorOf(style)), fillOpacity: Number(get("fill-opacity", 0.15)) * faint,
    interactive: false, smoothFactor: 0.8,
  };
}

const UNMAPPED = "#e4e6e8";

export class Shapes {
  /** @param {any} L Leaflet @param {any} map */
  constructor(L, map) {
    this.L = L;
    this.map = map;
    this.renderers = {
      base: L.canvas({ pane: "atlas-base", padding: 0.3 }),
      place: L.canvas({ pane: "atlas-shapes", padding: 0.3, tolerance: 6 }),
    };
    /** @type {Map<string, {decl: any, table: any, paths: any[], shown: Uint8Array}>} */
    this.sheets = new Map();
    /** Whether paths came or went since they were last put in order, and the districts last emphasised. */
    this.stirred = true;
    this.emphasised = null;
    this.beyond = null;
  }

  /** @param {any} decl @param {import("./table.js").PointTable} table */
  add(decl, table) {
    const paths = table.features.map((feature, row) => (Number.isNaN(table.mx[row]) ? this.path(decl, feature) : null));
    this.sheets.set(decl.id, { decl, table, paths, shown: new Uint8Array(table.n) });
  }

  /**
   * Grey over all that no sheet knows, which would look like sea.
   * @param {number[]|undefined} window west, south, east and north of what is known
   */
  veil(window) {
    if (!window || this.beyond) return;
    const [west, south, east, north] = window;
    const ring = (w, s, e, n) => [[s, w], [n, w], [n, e], [s, e]];
    const options = { stroke: false, fillColor: UNMAPPED, fillOpacity: 1, interactive: false, pane: "atlas-base", renderer: this.renderers.base };
    this.beyond = this.L.polygon([ring(-179, -80, 179, 80), ring(west, south, east, north)], options);
  }

  /** @param {boolean} wanted whether the grey is drawn */
  showVeil(wanted) {
    if (!this.beyond || wanted === this.map.hasLayer(this.beyond)) return;
    if (wanted) this.beyond.addTo(this.map).bringToBack();
    else this.beyond.remove();
  }

  /** Take a sheet off the map for good. @param {string} id */
  drop(id) {
    this.show(id, null);
    this.sheets.delete(id);
  }

  path(decl, feature) {
    const line = /LineString/.test(feature.geometry.type);
    const layer = this.L.GeoJSON.geometryToLayer(feature);
    const role = decl.role === "base" && !decl.follows ? "base" : "place";
    const method = decl.role === "base" || decl.role === "result" ? "" : feature.properties.location_method;
    const options = pathOptions(decl.style ?? {}, { line, method, fallback: DEFAULTS[isDistricts(decl.id) ? "districts" : decl.id] });
    this.L.setOptions(layer, { ...options, renderer: this.renderers[role], pane: role === "base" ? "atlas-base" : "atlas-shapes" });
    layer.atlasStyle = options;
    return layer;
  }

  /**
   * Show exactly the rows with a 1 in `wanted` (null: none).
   * @param {string} id @param {Uint8Array|null} wanted
   */
  show(id, wanted) {
    const sheet = this.sheets.get(id);
    if (!sheet) return;
    sheet.paths.forEach((path, row) => {
      const want = path && wanted ? wanted[row] : 0;
      if (!path || want === sheet.shown[row]) return;
      sheet.shown[row] = want;
      this.stirred = true;
      if (want) path.addTo(this.map);
      else path.remove();
    });
  }

  /** Put the sheets in declared order, whatever order they were loaded in. @param {string[]} ids lowest first */
  arrange(ids) {
    if (!this.stirred) return; // nothing came or went: leave the canvases alone
    this.stirred = false;
    this.emphasised = null;
    for (const id of ids) for (const path of this.sheets.get(id)?.paths ?? []) if (path?._map) path.bringToFront();
  }

  /**
   * Emphasise the selected districts and dim the others a little.
   * @param {string[]} selected district codes
   */
  emphasise(selected) {
    const key = JSON.stringify(selected);
    if (key === this.emphasised) return;
    this.emphasised = key;
    for (const [id, sheet] of this.sheets) if (isDistricts(id)) this.emphasiseSheet(sheet, selected);
  }

  emphasiseSheet(sheet, selected) {
    sheet.paths.forEach((path, row) => {
      if (!path?._map) return;
      const on = selected.includes(districtCodeOf(sheet.table.features[row].properties));
      if (!selected.length) path.setStyle(path.atlasStyle);
      else if (on) path.setStyle({ ...path.atlasStyle, color: "#31567d", weight: 2.2, opacity: 1, fillOpacity: 0.01 });
      else path.setStyle({ ...path.atlasStyle, opacity: 0.55, fillColor: "#7d8894", fillOpacity: 0.13 });
      if (on) path.bringToFront();
    });
  }

  /** Mark a picked line or polygon. @param {string|null} id @param {number} row */
  mark(id, row) {
    if (this.marked) this.marked.setStyle(this.marked.atlasStyle);
    this.marked = (id && this.sheets.get(id)?.paths[row]) || null;
    this.marked?.setStyle({ color: "#c0391b", weight: this.marked.atlasStyle.weight + 1.5, opacity: 1 });
  }

  /** The shown line or polygon at a place; lines before polygons. @param {any} latlng */
  hit(latlng) {
    const point = this.map.latLngToLayerPoint(latlng);
    const found = [];
    for (const { decl, table, paths, shown } of this.sheets.values()) {
      if (decl.role === "base") continue;
      paths.forEach((path, row) => {
        if (path && shown[row] && path._map && path._pxBounds && path._containsPoint(point)) found.push({ decl, table, row, path });
      });
    }
    found.sort((a, b) => (a.path.options.fill ? 1 : 0) - (b.path.options.fill ? 1 : 0));
    return found.slice(0, 1).map(({ decl, table, row }) => ({ decl, table, row }));
  }

  /** Geographic bounds of a row. @param {string} id @param {number} row */
  boundsOf(id, row) {
    return this.sheets.get(id)?.paths[row]?.getBounds() ?? null;
  }
}

/** Whether a base layer holds the districts (`districts`, or their land only, `districts_land`). @param {string} id */
export const isDistricts = (id) => id.startsWith("districts");

/** The code of a district feature, however its column is called. @param {any} props */
export function districtCodeOf(props) {
  return String(props.code ?? props.district_code ?? props.district_codes?.[0] ?? props.id ?? "");
}
