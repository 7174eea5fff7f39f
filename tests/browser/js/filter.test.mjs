import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { applyFilter, compileFilter, hashShown } from "../../../app/static/atlas/filter.js";
import { toView } from "../../../app/static/atlas/address.js";
import { codesOf, fromColumns, fromGeoJson, latitudeOf, mercatorX, mercatorY, numberStacks } from "../../../app/static/atlas/table.js";

const codes = codesOf({
  districts: ["310101", "310115", "310117"].map((code) => ({ code })),
  sectors: ["tcm", "devices", "other"].map((code) => ({ code })),
  methods: ["surveyed", "site", "modelled"].map((code) => ({ code })),
  towns: ["张江镇", "新桥镇"],
});
const point = (id, props, at = [121.5, 31.2]) => ({ type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { id, ...props } });
const collection = () => ({
  type: "FeatureCollection",
  features: [
    point("a", { district_codes: ["310115"], sectors: ["tcm", "other"], location_method: "site", towns: ["张江镇"] }),
    point("b", { district_codes: ["310117"], sectors: ["devices"], location_method: "surveyed", towns: ["新桥镇", "张江镇"] }, [121.3, 31.0]),
    point("c", { district_codes: [], sectors: [], location_method: "modelled", towns: [] }, [121.5, 31.2]),
    point("d", { district_codes: ["310115", "310117"], sectors: ["tcm"], location_method: "nonsense" }),
  ],
});

// the same cases hold the filter in Python: tests/app/test_filters.py
const table = JSON.parse(readFileSync(new URL("../../filter_cases.json", import.meta.url), "utf-8"));
const known = codesOf({ ...Object.fromEntries(["districts", "sectors", "methods"].map((name) => [name, table.codes[name].map((code) => ({ code }))])), towns: table.codes.towns });
for (const { name, view, sector_filtered: sectorFiltered = true, kept } of table.cases) {
  test(`a case of the table: ${name}`, () => {
    const rows = fromGeoJson({ features: table.rows.map(({ id, ...props }) => point(id, props)) }, known);
    assert.equal(applyFilter(rows, compileFilter(toView(view), known), sectorFiltered), kept.length);
    assert.equal([...rows.mask.keys()].filter((row) => rows.mask[row]).map((row) => rows.id(row)).join(""), kept);
  });
}

test("the hash knows the rows and not their order", () => {
  const table = fromGeoJson(collection(), codes);
  applyFilter(table, compileFilter(toView({}), codes), true);
  const other = fromGeoJson({ features: collection().features.reverse() }, codes);
  applyFilter(other, compileFilter(toView({}), codes), true);
  assert.equal(hashShown([{ id: "x", table }]), hashShown([{ id: "x", table: other }]));
  other.mask[0] = 0;
  assert.notEqual(hashShown([{ id: "x", table }]), hashShown([{ id: "x", table: other }]));
  assert.equal(hashShown([]), "811c9dc5");
});

test("rows that share a place get one number, rows alone none", () => {
  const [one, two] = [fromGeoJson(collection(), codes), fromGeoJson({ features: [point("e", {}, [121.3, 31.0000001])] }, codes)];
  assert.equal(numberStacks([one, two]), 2);
  assert.deepEqual([...one.stack], [0, 1, 0, 0]);
  assert.deepEqual([...two.stack], [1]);
});

test("lines are rows too, and features without geometry are left out", () => {
  const table = fromGeoJson({ features: [{ properties: { id: "l" }, geometry: { type: "LineString", coordinates: [[0, 0], [1, 1]] } }, { properties: {}, geometry: null }] }, codes);
  assert.equal(table.n, 1);
  assert.ok(table.hasShapes && Number.isNaN(table.mx[0]));
  assert.throws(() => fromGeoJson({}, codes), /FeatureCollection/);
});

/** A columns file as the server writes it; its codes stand in another order than the manifest's. */
function columnsFile({ magic = "ATL1", cut = 0 } = {}) {
  const header = {
    n: 3, id_prefix: "S", districts: ["310117", "310101"], sectors: ["other", "tcm"], methods: ["modelled", "surveyed"],
    columns: { lon: { dtype: "f4", offset: 0 }, lat: { dtype: "f4", offset: 16 }, district: { dtype: "u1", offset: 32 }, sectors: { dtype: "u2", offset: 35 }, method: { dtype: "u1", offset: 41 } },
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((8 + text.length) / 8) * 8;
  const buffer = new ArrayBuffer(start + 44);
  const view = new DataView(buffer);
  new Uint8Array(buffer).set(new TextEncoder().encode(magic), 0);
  view.setUint32(4, text.length, true);
  new Uint8Array(buffer).set(text, 8);
  [121.5, 121.25, 121].forEach((lon, i) => view.setFloat32(start + 4 * i, lon, true));
  [31.5, 31.25, 31].forEach((lat, i) => view.setFloat32(start + 16 + 4 * i, lat, true));
  [0, 1, 255].forEach((code, i) => view.setUint8(start + 32 + i, code));
  [1, 2, 3].forEach((bits, i) => view.setUint16(start + 35 + 2 * i, bits, true));
  [0, 1, 0].forEach((code, i) => view.setUint8(start + 41 + i, code));
  return buffer.slice(0, buffer.byteLength - cut);
}

test("a columns file is read, its codes turned into ours, unaligned columns too", () => {
  const table = fromColumns(columnsFile(), codes);
  assert.deepEqual([...table.lon], [121.5, 121.25, 121]);
  assert.deepEqual([...table.districts], [4, 1, 0]);
  assert.deepEqual([...table.sectors], [4, 1, 5]);
  assert.deepEqual([...table.method], [2, 0, 2]);
  assert.equal(table.id(2), "S2");
  assert.equal(table.rowOf("S1"), 1);
  assert.equal(table.rowOf("S9"), -1);
  assert.equal(applyFilter(table, compileFilter(toView({ s: ["tcm"] }), codes), true), 2);
});

test("a file of another kind or a cut one is refused", () => {
  assert.throws(() => fromColumns(columnsFile({ magic: "NOPE" }), codes), /ATL1/);
  assert.throws(() => fromColumns(columnsFile({ cut: 20 }), codes), /too short/);
});

test("Mercator there and back", () => {
  assert.equal(mercatorX(0), 0.5);
  assert.ok(Math.abs(latitudeOf(mercatorY(31.2304)) - 31.2304) < 1e-12);
});
