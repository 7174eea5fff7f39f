/**
 * Street maps of others: none is asked for until the reader picks one.
 */
import { toGcj } from "./gcj.js";

const KEY_STORE = "atlas.key.";

export class Basemap {
  /** @param {any} L @param {any} map @param {any[]} list @param {import("./credits.js").Credits} credits */
  constructor(L, map, list, credits) {
    Object.assign(this, { L, map, list, credits, layer: null, current: "" });
    this.ShiftedLayer = L.TileLayer.extend(shiftedBy(L));
  }

  /** @param {string} id */
  find(id) {
    return this.list.find((item) => item.id === id);
  }

  /** @param {string} id */
  keyOf(id) {
    try {
      return window.localStorage.getItem(KEY_STORE + id) ?? "";
    } catch {
      return this.unsaved?.[id] ?? "";
    }
  }

  /** @param {string} id @param {string} key */
  saveKey(id, key) {
    try {
      window.localStorage.setItem(KEY_STORE + id, key);
    } catch {
      this.unsaved = { ...this.unsaved, [id]: key }; // storage forbidden: for this visit only
    }
  }

  /** @param {string} id */
  needsKey(id) {
    return Boolean(this.find(id)?.needs_key) && !this.keyOf(id);
  }

  /** Show a street map, or none for "". @param {string} id */
  choose(id) {
    this.layer?.remove();
    this.layer = null;
    this.current = id;
    const item = this.find(id);
    this.map.getContainer().classList.toggle("atlas-on-tiles", Boolean(item));
    this.map.options.zoomSnap = item ? 1 : 0.25; // tiles are sharp at whole steps only
    this.credits.setTile(item?.attribution ?? "");
    if (!item) return;
    if (this.map.getZoom() % 1) this.map.setZoom(Math.round(this.map.getZoom()), { animate: false });
    const key = encodeURIComponent(this.keyOf(id));
    const Layer = item.datum === "gcj02" ? this.ShiftedLayer : this.L.TileLayer;
    this.layer = new Layer(item.url, {
      key, tk: key, pane: "tilePane", maxNativeZoom: item.max_zoom ?? 18, maxZoom: 18, subdomains: item.subdomains ?? "abc", attribution: null,
    }).addTo(this.map);
  }
}

/**
 * Tiles in GCJ-02 are moved back under data in WGS 84: both the tiles asked for and their place on the screen are worked
 * out as if the view's centre were the centre's GCJ-02 position. Across one screen the shift changes by a few metres.
 */
function shiftedBy(L) {
  const shifted = (center) => {
    const [lon, lat] = toGcj(center.lng, center.lat);
    return L.latLng(lat, lon);
  };
  return {
    _setZoomTransform(level, center, zoom) {
      L.TileLayer.prototype._setZoomTransform.call(this, level, shifted(center), zoom);
    },
    _getTiledPixelBounds(center) {
      return L.TileLayer.prototype._getTiledPixelBounds.call(this, shifted(center));
    },
  };
}
