/**
 * Names on the base map: districts from the manifest, neighbours from their own layer.
 */
import { districtCodeOf, isDistricts } from "./shapes.js";

/**
 * @param {any} manifest @param {import("./store.js").LayerStore} store @param {import("./texts.js").Texts} texts
 * @returns {import("./labels.js").Label[]}
 */
export function baseLabels(manifest, store, texts) {
  const districts = manifest.districts.filter((item) => item.label).map((item) => ({
    text: texts.of(item), lon: item.label[0], lat: item.label[1], rank: 0, code: item.code, inside: shapeTest(store, item.code),
  }));
  return [...districts, ...neighbourLabels(store, texts)];
}

/** A test whether a point lies in a district. @param {import("./store.js").LayerStore} store @param {string} code */
function shapeTest(store, code) {
  const sheet = store.decls.find((decl) => decl.role === "base" && isDistricts(decl.id));
  const feature = store.tables.get(sheet?.id)?.features.find(({ properties }) => districtCodeOf(properties) === code);
  if (!feature) return () => false;
  const { type, coordinates } = feature.geometry;
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return (lon, lat) => polygons.some((rings) => rings.filter((ring) => inRing(ring, lon, lat)).length % 2 === 1);
}

/** Even-odd rule. @param {number[][]} ring @param {number} lon @param {number} lat */
function inRing(ring, lon, lat) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
    if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

function neighbourLabels(store, texts) {
  const table = store.tables.get("neighbours");
  return (table?.features ?? []).flatMap((feature) => {
    const text = texts.of(feature.properties);
    const [lon, lat] = feature.properties.label ?? middleOf(feature.geometry);
    return text && Number.isFinite(lon) ? [{ text, lon, lat, rank: 1 }] : [];
  });
}

/** Area centroid of the largest outer ring, in degrees: good enough for a name. @param {any} geometry */
function middleOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  let best = { area: 0, at: [NaN, NaN] };
  for (const [ring] of polygons) {
    let [area, x, y] = [0, 0, 0];
    for (let i = 0; i + 1 < ring.length; i++) {
      const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
      area += cross;
      x += (ring[i][0] + ring[i + 1][0]) * cross;
      y += (ring[i][1] + ring[i + 1][1]) * cross;
    }
    if (Math.abs(area) > best.area) best = { area: Math.abs(area), at: [x / (3 * area), y / (3 * area)] };
  }
  return best.at;
}
