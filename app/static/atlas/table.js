/**
 * PointTable: the rows of one layer as typed arrays, so that a filter is one loop over numbers.
 * Pure: no DOM, no Leaflet; runs in node for the tests.
 */

/** Bit positions of the controlled codes. @typedef {{district: Map<string,number>, sector: Map<string,number>,
 *   method: Map<string,number>, town: Map<string,number>, methods: string[]}} Codes */

const DTYPES = { f4: Float32Array, f8: Float64Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i4: Int32Array };
const MAGIC = 0x314c5441; // "ATL1", little endian
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
  /** @param {number} n rows */
  constructor(n) {
    this.n = n;
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
    /** GeoJSON features, or null for a columns layer. @type {any[]|null} */
    this.features = null;
    this.idPrefix = "";
    /** 1 where the row passes the filter. */
    this.mask = new Uint8Array(n);
    this.shown = 0;
    /** Geometries other than points in this table. */
    this.hasShapes = false;
  }

  /** @param {number} row */
  id(row) {
    return this.features ? String(this.features[row].properties.id) : `${this.idPrefix}${row}`;
  }

  /** Row of an id, -1 if there is none. @param {string} id */
  rowOf(id) {
    if (this.features) return this.features.findIndex((f) => String(f.properties.id) === id);
    if (!id.startsWith(this.idPrefix)) return -1;
    const row = Number(id.slice(this.idPrefix.length));
    return Number.isInteger(row) && row >= 0 && row < this.n ? row : -1;
  }

  /** Properties of a row, null where they must be fetched. @param {number} row */
  props(row) {
    return this.features ? this.features[row].properties : null;
  }
}

/**
 * @param {{features: any[]}} collection GeoJSON FeatureCollection, WGS 84
 * @param {Codes} codes
 */
export function fromGeoJson(collection, codes) {
  if (!collection || !Array.isArray(collection.features)) throw new Error("not a FeatureCollection");
  const features = collection.features.filter((f) => f && f.geometry && f.properties);
  const table = new PointTable(features.length);
  table.features = features;
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
 * @param {ArrayBuffer} buffer "ATL1", uint32 header length, JSON header, columns from the next multiple of 8
 * @param {Codes} codes
 */
export function fromColumns(buffer, codes) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error("not an ATL1 file");
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const start = Math.ceil((8 + length) / 8) * 8;
  const column = (name) => readColumn(buffer, start, header, name);
  const table = new PointTable(header.n);
  table.idPrefix = header.id_prefix ?? "";
  const [lon, lat] = [column("lon"), column("lat")];
  for (let i = 0; i < header.n; i++) setPoint(table, i, lon[i], lat[i]);
  readCodes(table, header, column, codes);
  return table;
}

/** @param {ArrayBuffer} buffer @param {number} start @param {any} header @param {string} name */
function readColumn(buffer, start, header, name) {
  const spec = header.columns[name];
  if (!spec) return null;
  const Type = DTYPES[spec.dtype];
  if (!Type) throw new Error(`column ${name}: unknown type ${spec.dtype}`);
  const from = start + spec.offset;
  const bytes = header.n * Type.BYTES_PER_ELEMENT;
  if (from + bytes > buffer.byteLength) throw new Error(`column ${name}: the file is too short`);
  // A copy where the offset is not aligned: a typed array must not start between its own steps.
  return from % Type.BYTES_PER_ELEMENT ? new Type(buffer.slice(from, from + bytes)) : new Type(buffer, from, header.n);
}

/** @param {PointTable} table @param {any} header @param {(name: string) => any} column @param {Codes} codes */
function readCodes(table, header, column, codes) {
  const district = column("district");
  const sectors = column("sectors");
  const method = column("method");
  const town = column("towns") ?? column("town");
  const districtBits = (header.districts ?? []).map((code) => bitsOf([code], codes.district));
  const methodCodes = (header.methods ?? []).map((code) => codes.method.get(code) ?? NO_METHOD);
  const sectorBits = sectors ? sectorTable(header.sectors ?? [], codes) : null;
  for (let i = 0; i < table.n; i++) {
    if (district) table.districts[i] = districtBits[district[i]] ?? 0;
    if (sectors) table.sectors[i] = sectorBits[sectors[i]];
    if (method) table.method[i] = methodCodes[method[i]] ?? NO_METHOD;
  }
  if (town && header.towns) table.towns = townsOf(town, header.towns, codes);
}

/** Our bits for every possible mask of the file. @param {string[]} names @param {Codes} codes */
function sectorTable(names, codes) {
  const ours = names.map((code) => bitsOf([code], codes.sector));
  const all = new Uint32Array(65536);
  for (let mask = 1; mask < 65536; mask++) {
    const low = mask & -mask;
    all[mask] = all[mask ^ low] | (ours[31 - Math.clz32(low)] ?? 0);
  }
  return all;
}

/** @param {ArrayLike<number>} town @param {string[]} names @param {Codes} codes */
function townsOf(town, names, codes) {
  const cells = names.map((name) => (codes.town.has(name) ? Uint16Array.of(codes.town.get(name)) : null));
  return Array.from(town, (i) => cells[i] ?? null);
}

/**
 * Find places that several point rows share (same lon/lat to 1e-6 degrees, all layers together) and number them.
 * Tables above `limit` rows are left out: float32 columns cannot tell such places apart.
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
