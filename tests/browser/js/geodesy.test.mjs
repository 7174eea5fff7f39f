import assert from "node:assert/strict";
import { test } from "node:test";
import { MU_M2, areaM2, crossesItself, distanceM, lengthM } from "../../../app/static/atlas/geodesy.js";
import { toGcj } from "../../../app/static/atlas/gcj.js";

// Reference values: pyproj.Geod(ellps="WGS84"), inv() and polygon_area_perimeter().
const DISTANCES = [
  [[121.4737, 31.2304], [121.4837, 31.2304], 952.7387],
  [[121.4737, 31.2304], [121.4737, 31.2404], 1108.7352],
  [[121.3, 31.0], [121.301, 31.0005], 110.4266],
  [[120.86, 30.7], [121.98, 31.86], 167078.1904],
];
const AREAS = [
  [[[121.4, 31.1], [121.41, 31.1], [121.41, 31.11], [121.4, 31.11]], 1057705.902],
  [[[121.6, 31.19], [121.605, 31.191], [121.607, 31.196], [121.602, 31.199], [121.598, 31.194]], 528366.651],
  [[[120.9, 30.7], [121.95, 30.7], [121.95, 31.8], [120.9, 31.8]], 12198056376.527],
];
const off = (got, wanted) => Math.abs(got / wanted - 1);

test("distances agree with the geodesic to 0.01 % within the city", () => {
  for (const [a, b, metres] of DISTANCES) assert.ok(off(distanceM(a, b), metres) < 1e-4, `${distanceM(a, b)} ${metres}`);
});

test("areas agree with the geodesic polygon to 0.01 %, from one square kilometre to the whole city", () => {
  for (const [ring, m2] of AREAS) assert.ok(off(areaM2(ring), m2) < 1e-4, `${areaM2(ring)} ${m2}`);
});

test("a ring has the same area whichever way it runs, closed or open", () => {
  const [ring, m2] = AREAS[1];
  assert.ok(off(areaM2([...ring].reverse()), m2) < 1e-4);
  assert.ok(off(areaM2([...ring, ring[0]]), m2) < 1e-4);
});

test("fifteen mu are one hectare, and two points have no area", () => {
  assert.equal(15 * MU_M2, 10000);
  assert.equal(areaM2([[121, 31], [121.1, 31]]), 0);
  assert.equal(lengthM([[121, 31]]), 0);
});

test("a bow tie is told from a square", () => {
  assert.equal(crossesItself([[0, 0], [1, 0], [1, 1], [0, 1]]), false);
  assert.equal(crossesItself([[0, 0], [1, 1], [1, 0], [0, 1]]), true);
});

test("the GCJ-02 shift in the city is 450 to 510 metres", () => {
  for (const at of [[121.4737, 31.2304], [121.0, 30.75], [121.9, 31.6]]) {
    const metres = distanceM(at, toGcj(...at));
    assert.ok(metres > 450 && metres < 510, String(metres));
  }
});
