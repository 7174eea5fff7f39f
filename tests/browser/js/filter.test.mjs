import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { applyFilter, compileFilter, hashShown } from "../../../app/static/atlas/filter.js";
import { toView } from "../../../app/static/atlas/address.js";
import { codesOf, fromGeoJson, latitudeOf, mercatorX, mercatorY, numberStacks } from "../../../app/static/atlas/table.js";

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

test("a row is found by its id, and what is not there is nowhere", () => {
  const table = fromGeoJson(collection(), codes);
  assert.equal(table.rowOf("c"), 2);
  assert.equal(table.rowOf("z"), -1);
  assert.equal(table.props(1).id, "b");
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

test("Mercator there and back", () => {
  assert.equal(mercatorX(0), 0.5);
  assert.ok(Math.abs(latitudeOf(mercatorY(31.2304)) - 31.2304) < 1e-12);
});
