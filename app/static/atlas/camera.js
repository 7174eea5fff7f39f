/**
 * Where the map looks: first place, home, fit, and the memory of it.
 */
import { placeOf, placeText, readPlace } from "./address.js";
import { accuracyOf } from "./places.js";

const MEMORY = "atlas.m";
// Widths of the map in CSS pixels; the stylesheet has the same.
const NARROW = 760; // panel and legend start closed
const PHONE = 560; // the card is a sheet at the foot
const SNAP = 0.25; // the city is taller than a whole zoom step likes

/** Whether the map has no room for a panel beside it; a map not seen yet is judged by its window. @param {any} map */
export const isNarrow = (map) => (map.getSize().x || window.innerWidth) <= NARROW;

/** @param {any} map */
const isPhone = (map) => (map.getSize().x || window.innerWidth) <= PHONE;

export class Camera {
  /** @param {any} L @param {any} map @param {any} atlas */
  constructor(L, map, atlas) {
    Object.assign(this, { L, map, atlas, waiting: null, asked: null });
    map.options.zoomSnap = SNAP;
    map.options.minZoom = 7;
  }

  /** @returns {import("./address.js").Place} */
  place() {
    // Leaflet rounds to whole pixels: until the reader moves, the address's own place stands, or it would wander.
    if (this.asked?.place && this.isStill()) return this.asked.place;
    const { lat, lng } = this.map.getCenter();
    return { zoom: this.map.getZoom(), lat, lon: lng };
  }

  /** Whether the map looks where it was last told to look, untouched by the reader. */
  isStill() {
    return this.asked?.zoom === this.map.getZoom() && this.asked.centre.equals(this.map.getCenter());
  }

  /** Remember where the map was told to look. @param {() => void} again @param {any} [place] */
  told(again, place = null) {
    this.asked = { again, place, centre: this.map.getCenter(), zoom: this.map.getZoom() };
  }

  text() {
    return placeText(this.place());
  }

  /** @param {boolean} first the first map on this page: only its address counts, not an earlier map's memory */
  begin(first) {
    const place = placeOf(window.location.search) ?? (first ? null : readPlace(recall()));
    if (place) this.goTo(place);
    else this.home();
  }

  /** @param {import("./address.js").Place} place */
  goTo(place) {
    this.map.setView([place.lat, place.lon], place.zoom, { animate: false });
    this.told(() => this.goTo(place), place);
  }

  home() {
    this.fit(this.atlas.manifest.home.bbox);
    this.told(() => this.home());
  }

  /** @param {string} code */
  fitDistrict(code) {
    const district = this.atlas.manifest.districts.find((item) => item.code === code);
    if (district) this.fit(district.bbox);
  }

  /** The smallest box around several districts. @param {string[]} codes */
  fitDistricts(codes) {
    const boxes = this.atlas.manifest.districts.filter((item) => codes.includes(item.code)).map((item) => item.bbox);
    if (!boxes.length) return;
    const side = (k, pick) => pick(...boxes.map((box) => box[k]));
    this.fit([side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)]);
  }

  /** @param {[number, number, number, number]} bbox minx, miny, maxx, maxy */
  fit([minx, miny, maxx, maxy]) {
    const size = this.map.getSize();
    if (!size.x || !size.y) {
      this.waiting = [minx, miny, maxx, maxy]; // a hidden tab: fit when it is seen
      return;
    }
    const panel = this.atlas.panel?.isOpen ? this.atlas.panel.width + 16 : 12;
    const aside = size.x - panel > 320 ? panel : 12; // on a phone the panel covers the map, then it is closed to look
    this.map.fitBounds([[miny, minx], [maxy, maxx]], { paddingTopLeft: [44, 14], paddingBottomRight: [aside, 24], animate: false });
  }

  /** @param {any} decl @param {any} table @param {number} row */
  lookAt(decl, table, row) {
    const bounds = this.atlas.shapes.boundsOf(decl.id, row);
    const at = this.L.latLng(table.lat[row] || 0, table.lon[row] || 0);
    const accuracy = accuracyOf(this.atlas, { table, row });
    const room = { ...this.roomBesideCard(), animate: false };
    if (bounds) this.map.fitBounds(bounds, { ...room, maxZoom: 14 });
    // A place known by its district only is shown with the whole circle in which it may lie.
    else if (accuracy > 500) this.map.fitBounds(at.toBounds(accuracy * 2), { ...room, maxZoom: 13 });
    else this.map.setView(at, Math.max(this.map.getZoom(), 14), { animate: false });
  }

  /** Padding that leaves the card's place free: its sheet at the foot of a phone, its column at the left elsewhere. */
  roomBesideCard() {
    const { x, y } = this.map.getSize();
    if (isPhone(this.map)) return { paddingTopLeft: [16, 16], paddingBottomRight: [16, y * 0.64] };
    const right = this.atlas.panel?.isOpen ? this.atlas.panel.width + 24 : 24;
    const left = x > NARROW ? 420 : 392;
    return { paddingTopLeft: [left, 24], paddingBottomRight: [x - left - right > 200 ? right : 24, 30] };
  }

  /** Move a place out from under the card. @param {any} latlng @param {HTMLElement} card */
  clearOf(latlng, card) {
    const { x, y } = this.map.latLngToContainerPoint(latlng);
    const frame = this.map.getContainer().getBoundingClientRect();
    const box = card.getBoundingClientRect();
    const [left, top, right, bottom] = [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
    if (x < left - 16 || x > right + 16 || y < top - 16 || y > bottom + 16) return;
    if (isPhone(this.map)) this.map.panBy([0, y - top * 0.55], { animate: false });
    else this.map.panBy([x - right - 60, 0], { animate: false });
  }

  resized() {
    const container = this.map.getContainer();
    if (!container.clientWidth || !container.clientHeight) return; // hidden or taken off: what it showed must not be lost
    const still = this.isStill();
    this.map.invalidateSize({ animate: false });
    if (!this.waiting) {
      if (still) this.asked.again(); // what the map was told to show fits the new size too
      return;
    }
    const box = this.waiting;
    this.waiting = null;
    this.fit(box);
  }

  remember() {
    try {
      window.sessionStorage.setItem(MEMORY, this.text());
    } catch {
      // storage may be forbidden; then the address alone remembers
    }
  }
}

function recall() {
  try {
    return window.sessionStorage.getItem(MEMORY);
  } catch {
    return null;
  }
}
