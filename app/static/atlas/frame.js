/**
 * Where on the page the map stands: remembered from the last visit, or as the page's style puts it.
 *
 * @typedef {{x: number, y: number, width: number}} Frame CSS pixels in the window
 */

const MEMORY = "atlas.frame";
const SIDEBAR = { width: 300, from: 768 }; // the host folds its sidebar away below this width of the window
const STACKED = 640; // below it the host puts columns under each other
const MARGIN = 22.4; // 1.4rem, page.css
const NARROW_MARGIN = 9.6; // 0.6rem
const SHARE = 0.64; // the map's column, app/ui/page.py
const HALF_GAP = 16;

/**
 * @param {number} room width of the window
 * @returns {Frame}
 */
export function expectedFrame(room) {
  return recall(room) ?? guess(room);
}

/** @param {number} room @returns {Frame} */
export function guess(room) {
  if (room <= STACKED) return { x: NARROW_MARGIN, y: 128, width: room - 2 * NARROW_MARGIN };
  const side = room >= SIDEBAR.from ? SIDEBAR.width : 0;
  return { x: side + MARGIN, y: room - side > 700 ? 78.4 : 107.2, width: SHARE * (room - side - 2 * MARGIN) - HALF_GAP };
}

/** Keep the place of a map that stands in the host page. @param {HTMLElement} root */
export function rememberFrame(root) {
  const { x, y, width } = root.getBoundingClientRect();
  // A page that was scrolled, or has its sidebar folded by hand, opens otherwise next time.
  if (y < 40 || y > 240 || !width) return;
  try {
    window.localStorage.setItem(MEMORY, JSON.stringify({ room: window.innerWidth, x, y, width }));
  } catch {
    // storage may be forbidden; then the style's own place is used
  }
}

/** @param {number} room @returns {Frame|null} */
function recall(room) {
  try {
    const kept = JSON.parse(window.localStorage.getItem(MEMORY) ?? "null");
    return kept?.room === room && [kept.x, kept.y, kept.width].every(Number.isFinite) ? kept : null;
  } catch {
    return null;
  }
}
