/**
 * WGS 84 -> GCJ-02, the shift of mainland street maps (about 460-500 m in this city). Pure.
 * Only ever used to move foreign tiles under the data; the data are never shifted.
 */
const A = 6378245;
const E2 = 0.00669342162296594323;
const rad = (degrees) => (degrees * Math.PI) / 180;

/** @param {number} lon @param {number} lat WGS 84 degrees @returns {[number, number]} lon, lat in GCJ-02 */
export function toGcj(lon, lat) {
  const [x, y] = [lon - 105, lat - 35];
  const wave = 20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + (wave
    + 20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)
    + 160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + (wave
    + 20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)
    + 150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3);
  const magic = 1 - E2 * Math.sin(rad(lat)) ** 2;
  const dLat = (north * 180) / (((A * (1 - E2)) / (magic * Math.sqrt(magic))) * Math.PI);
  const dLon = (east * 180) / ((A / Math.sqrt(magic)) * Math.cos(rad(lat)) * Math.PI);
  return [lon + dLon, lat + dLat];
}
