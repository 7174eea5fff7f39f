import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, placeText, readPlace, sameView, toView, writeQuery } from "../../../app/static/atlas/address.js";

const defaults = ["parks", "gmp"];
const base = toView({ l: defaults });
const write = (search, partial = {}, more = {}) => writeQuery(search, { view: { ...base, ...partial }, defaults, lang: "zh", ...more });

test("the first view leaves no trace in the address", () => {
  assert.equal(write(""), "");
  assert.equal(write("?d=310115&l=none&coarse=1&m=9/31/121&lang=en"), "");
});

test("lists are joined with commas and their values escaped", () => {
  assert.equal(write("", { d: ["310115", "310117"], t: ["张江镇", "a,b&c"] }), `?d=310115,310117&t=${encodeURIComponent("张江镇")},a%2Cb%26c`);
});

test("layers are written only where they differ from the declared ones, none by its name", () => {
  assert.equal(write("", { l: ["gmp", "parks"] }), "");
  assert.equal(write("", { l: [] }), "?l=none");
  assert.equal(write("", { l: ["parks"] }), "?l=parks");
});

test("parameters of others stay, even broken ones", () => {
  assert.equal(write("?embed=true&x=%E0%A4%A&d=1", { coarse: true }, { lang: "en" }), "?lang=en&coarse=1&embed=true&x=%E0%A4%A");
});

test("what is written can be read again", () => {
  const query = write("", { d: ["310115"], t: ["川沙新镇", "</script>"] }, { place: { zoom: 11.25, lat: 31.2, lon: 121.5 } });
  const read = new URLSearchParams(query);
  assert.equal(read.get("t").split(",").map(decodeURIComponent).join("|"), "川沙新镇|</script>");
  assert.deepEqual(placeOf(query), { zoom: 11.25, lat: 31.2, lon: 121.5 });
  assert.equal(placeText({ zoom: 9, lat: 31.123456789, lon: 121 }), "9/31.12346/121.00000");
});

test("a place that is none is null", () => {
  for (const text of [null, "", "9", "9/91/121", "99/31/121", "9/31/181", "a/b/c", "9/31/121/4", "1e3/31/121", "9/NaN/121"]) assert.equal(readPlace(text), null, String(text));
});

test("any value becomes a view", () => {
  for (const raw of [null, undefined, {}, { d: "x" }, { l: [1, 1, null] }]) {
    const view = toView(raw);
    assert.ok(sameView(view, toView(view)));
    assert.ok(Array.isArray(view.d));
  }
  assert.deepEqual(toView({ l: [1, 1] }).l, ["1"]);
});
