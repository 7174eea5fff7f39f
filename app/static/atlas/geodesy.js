/**
 * Lengths and areas on the WGS 84 ellipsoid, good enough for a city. Pure.
 *
 * Length: metres per degree from the radii of curvature at the middle latitude (below 0.01 % up to some 100 km).
 * Area: Lambert azimuthal equal-area projection of the ellipsoid (Snyder 1987, p. 187), centred on the figure, then the
 * shoelace sum; equal-area by construction, and geodesics near the centre are nearly straight in it.
 */
const A = 6378137;
const E2 = 0.0066943799901413165;
const E = Math.sqrt(E2);
const rad = (degrees) => (degrees * Math.PI) / 180;
export const MU_M2 = 2000 / 3;

/** @typedef {[number, number]} LonLat WGS 84 degrees */

/** Metres between two points. @param {LonLat} a @param {LonLat} b */
export function distanceM(a, b) {
  const middle = rad((a[1] + b[1]) / 2);
  const w = 1 - E2 * Math.sin(middle) ** 2;
  const east = (A / Math.sqrt(w)) * Math.cos(middle) * rad(b[0] - a[0]);
  const north = ((A * (1 - E2)) / w ** 1.5) * rad(b[1] - a[1]);
  return Math.hypot(east, north);
}

/** Metres along a line. @param {LonLat[]} line */
export function lengthM(line) {
  return line.slice(1).reduce((sum, point, i) => sum + distanceM(line[i], point), 0);
}

/** @param {number} phi radians */
function authalicQ(phi) {
  const s = Math.sin(phi);
  return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E));
}

const Q_POLE = authalicQ(Math.PI / 2);

/** Equal-area plane coordinates in metres around a centre. @param {LonLat} centre */
export function equalAreaAround([lon0, lat0]) {
  const phi0 = rad(lat0);
  const beta0 = Math.asin(authalicQ(phi0) / Q_POLE);
  const radius = A * Math.sqrt(Q_POLE / 2);
  const m0 = Math.cos(phi0) / Math.sqrt(1 - E2 * Math.sin(phi0) ** 2);
  const d = (A * m0) / (radius * Math.cos(beta0));
  return ([lon, lat]) => {
    const beta = Math.asin(authalicQ(rad(lat)) / Q_POLE);
    const turn = rad(lon - lon0);
    const [sin, cos] = [Math.sin(beta), Math.cos(beta)];
    const b = radius * Math.sqrt(2 / (1 + Math.sin(beta0) * sin + Math.cos(beta0) * cos * Math.cos(turn)));
    return [b * d * cos * Math.sin(turn), (b / d) * (Math.cos(beta0) * sin - Math.sin(beta0) * cos * Math.cos(turn))];
  };
}

/** Square metres inside a ring (closed or not); a ring that crosses itself has no area that means anything. @param {LonLat[]} ring */
export function areaM2(ring) {
  if (ring.length < 3) return 0;
  const centre = /** @type {LonLat} */ ([0, 1].map((k) => ring.reduce((sum, p) => sum + p[k], 0) / ring.length));
  const flat = ring.map(equalAreaAround(centre));
  const twice = flat.reduce((sum, [x, y], i) => {
    const [u, v] = flat[(i + 1) % flat.length];
    return sum + x * v - u * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Whether two edges of a closed ring cross. @param {LonLat[]} ring */
export function crossesItself(ring) {
  const n = ring.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue; // neighbours through the closing edge
      if (edgesCross(ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n])) return true;
    }
  }
  return false;
}

/** @param {LonLat} a @param {LonLat} b @param {LonLat} c @param {LonLat} d */
function edgesCross(a, b, c, d) {
  const side = (p, q, r) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}
