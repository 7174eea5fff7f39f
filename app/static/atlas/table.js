/**
 * PointTable: the rows of one layer as typed arrays, so that a filter is one loop over numbers.
 * Pure: no DOM, no Leaflet; runs in node for the tests.
 */

/** Bit positions of the controlled codes. @typedef {{district: Map<string,number>, sector: Map<string,number>,
 *   method: Map<string,number>, town: Map<string,number>, methods: string[]}} Codes */

const MAX_BITS = 31;
export const NO_METHOD = 31;

/**
 * @param {{districts: {code:string}[], sectors: {code:string}[], methods: {code:string}[], towns: string[]}} manifest
 * @returns {Codes}
 */
export function codesOf(manifest) {
  const index = (items) => new Map(items.map((item, i) => [item.code, i]));
  for (const items of [manifest.districts, manifest.sectors, manifest.methods]) {
    if (items.length > MAX_BITS) throw new Error(`more than ${MAX_BITS} codes do not fit in a bit mask`);
  }
  return {
    district: index(manifest.districts), sector: index(manifest.sectors), method: index(manifest.methods),
    town: new Map(manifest.towns.map((name, i) => [name, i])), methods: manifest.methods.map((m) => m.code),
  };
}

/** Bits of a list of codes; unknown codes have none. @param {Iterable<string>|null|undefined} list @param {Map<string,number>} index */
export function bitsOf(list, index) {
  let bits = 0;
  for (const code of list ?? []) {
    const bit = index.get(code);
    if (bit !== undefined) bits |= 1 << bit;
  }
  return bits;
}

/** Web Mercator of a longitude in [0, 1]. @param {number} lon degrees */
export const mercatorX = (lon) => (lon + 180) / 360;

/** Web Mercator of a latitude in [0, 1], north is 0. @param {number} lat degrees */
export function mercatorY(lat) {
  const s = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
}

/** Latitude in degrees of a Web Mercator ordinate in [0, 1]. @param {number} y */
export const latitudeOf = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

export class PointTable {
  /** @param {any[]} features GeoJSON features, one row each */
  constructor(features) {
    const n = features.length;
    this.n = n;
    this.features = features;
    this.lon = new Float64Array(n).fill(NaN);
    this.lat = new Float64Array(n).fill(NaN);
    /** Web Mercator in [0, 1]; NaN for rows that are not points. */
    this.mx = new Float64Array(n).fill(NaN);
    this.my = new Float64Array(n).fill(NaN);
    this.districts = new Uint32Array(n);
    this.sectors = new Uint32Array(n);
    this.method = new Uint8Array(n).fill(NO_METHOD);
    this.unverified = new Uint8Array(n);
    /** Town numbers per row, or null where no row has a town. @type {(Uint16Array|null)[]|null} */
    this.towns = null;
    /** Number of the place that several rows share, -1 for a row alone. @type {Int32Array|null} */
    this.stack = null;
    /** 1 where the row passes the filter. */
    this.mask = new Uint8Array(n);
    this.shown = 0;
    /** Geometries other than points in this table. */
    this.hasShapes = false;
  }

  /** @param {number} row */
  id(row) {
    return String(this.features[row].properties.id);
  }

  /** Row of an id, -1 if there is none. @param {string} id */
  rowOf(id) {
    return this.features.findIndex((f) => String(f.properties.id) === id);
  }

  /** Properties of a row. @param {number} row */
  props(row) {
    return this.features[row].properties;
  }
}

/**
 * @param {{features: any[]}} collection GeoJSON FeatureCollection, WGS 84
 * @param {Codes} codes
 */
export function fromGeoJson(collection, codes) {
  if (!collection || !Array.isArray(collection.features)) throw new Error("not a FeatureCollection");
  const features = collection.features.filter((f) => f && f.geometry && f.properties);
  const table = new PointTable(features);
  features.forEach((feature, row) => {
    readProps(table, row, feature.properties, codes);
    const point = pointOf(feature.geometry);
    if (point) setPoint(table, row, point[0], point[1]);
    else table.hasShapes = true;
  });
  return table;
}

/** @param {PointTable} table @param {number} row @param {any} props @param {Codes} codes */
function readProps(table, row, props, codes) {
  table.districts[row] = bitsOf(props.district_codes, codes.district);
  table.sectors[row] = bitsOf(props.sectors, codes.sector);
  table.method[row] = codes.method.get(props.location_method) ?? NO_METHOD;
  table.unverified[row] = props.unverified ? 1 : 0;
  const towns = (props.towns ?? []).map((name) => codes.town.get(name)).filter((i) => i !== undefined);
  if (!towns.length) return;
  table.towns ??= new Array(table.n).fill(null);
  table.towns[row] = Uint16Array.from(towns);
}

/** @param {any} geometry @returns {[number, number]|null} */
function pointOf(geometry) {
  if (geometry.type === "Point") return geometry.coordinates;
  return geometry.type === "MultiPoint" ? geometry.coordinates[0] : null;
}

/** @param {PointTable} table @param {number} row @param {number} lon @param {number} lat */
function setPoint(table, row, lon, lat) {
  table.lon[row] = lon;
  table.lat[row] = lat;
  table.mx[row] = mercatorX(lon);
  table.my[row] = mercatorY(lat);
}

/**
 * Find places that several point rows share (same lon/lat to 1e-6 degrees, all layers together) and number them.
 * Tables above `limit` rows are left out.
 * @param {PointTable[]} tables @param {number} [limit]
 * @returns {number} how many such places there are
 */
export function numberStacks(tables, limit = 20000) {
  const small = tables.filter((table) => table.n <= limit);
  const seen = new Map();
  for (const table of small) table.stack = new Int32Array(table.n).fill(-1);
  let stacks = 0;
  for (const table of small) {
    for (let row = 0; row < table.n; row++) {
      if (Number.isNaN(table.lon[row])) continue;
      const key = `${Math.round(table.lon[row] * 1e6)},${Math.round(table.lat[row] * 1e6)}`;
      const first = seen.get(key);
      if (!first) {
        seen.set(key, { table, row });
        continue;
      }
      if (first.table.stack[first.row] < 0) first.table.stack[first.row] = stacks++;
      table.stack[row] = first.table.stack[first.row];
    }
  }
  return stacks;
}
