/**
 * A canvas that behaves like Leaflet's own canvas renderer: it moves with the map while panning, is scaled during the
 * zoom animation, and is drawn anew when either ends. It takes no pointer events; the map asks for hits itself.
 *
 * @typedef {Object} Frame what a painter gets
 * @property {CanvasRenderingContext2D} ctx in device pixels (identity transform)
 * @property {number} ratio device pixels per CSS pixel
 * @property {number} width CSS pixels @property {number} height CSS pixels
 * @property {number} scale world size in CSS pixels at this zoom
 * @property {number} left world pixel of the canvas's left edge @property {number} top
 * @property {number} zoom
 */

const MAX_RATIO = 2; // three device pixels per pixel cost more than they show

/**
 * @param {any} L Leaflet
 * @param {{pane: string, padding?: number, paint: (frame: Frame) => void}} options
 */
export function createCanvasLayer(L, { pane, padding = 0.1, paint }) {
  const Layer = L.Renderer.extend({
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "atlas-canvas";
      this._ctx = this._container.getContext("2d");
    },
    _destroyContainer() {
      this._container.remove();
      delete this._ctx;
    },
    _updatePaths() {},
    _update() {
      if (this._map._animatingZoom && this._bounds) return; // drawn again when the animation ends
      L.Renderer.prototype._update.call(this);
      this.resize();
      this.draw();
    },
    resize() {
      const size = this._bounds.getSize();
      const ratio = Math.min(window.devicePixelRatio || 1, MAX_RATIO);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
      if (this._container.width !== width || this._container.height !== height) {
        Object.assign(this._container, { width, height });
        Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` });
      }
      this._ratio = ratio;
    },
    draw() {
      if (!this._map || !this._bounds || this._map._animatingZoom) return;
      const size = this._bounds.getSize();
      const origin = this._map.getPixelOrigin();
      this._ctx.setTransform(1, 0, 0, 1, 0, 0);
      this._ctx.globalAlpha = 1;
      this._ctx.clearRect(0, 0, this._container.width, this._container.height);
      paint({
        ctx: this._ctx, ratio: this._ratio, width: size.x, height: size.y, zoom: this._map.getZoom(),
        scale: 256 * 2 ** this._map.getZoom(), left: origin.x + this._bounds.min.x, top: origin.y + this._bounds.min.y,
      });
    },
  });
  return new Layer({ pane, padding });
}
