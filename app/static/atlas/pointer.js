/**
 * Mouse and finger on the map: hover shows a tip, a click opens a card.
 */
import { Tooltip } from "./tooltip.js";

const REACH = 9;
const REACH_TOUCH = 20;

export class Pointer {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.tooltip = new Tooltip(atlas);
    this.frame = 0;
    this.touch = false;
    this.events = {
      mousemove: (event) => this.hover(event),
      mouseout: () => this.leave(),
      "movestart zoomstart": () => this.leave(),
      click: (event) => this.click(event),
    };
    atlas.map.on(this.events);
    this.down = (event) => { this.touch = event.pointerType === "touch"; };
    atlas.map.getContainer().addEventListener("pointerdown", this.down, true);
  }

  /** Points first, they lie on top. @param {any} latlng */
  find(latlng) {
    const { points, shapes } = this.atlas;
    const hits = points.hit(latlng, this.touch ? REACH_TOUCH : REACH);
    return hits.length ? hits : shapes.hit(latlng);
  }

  hover(event) {
    if (this.touch || this.atlas.measure.active) return;
    this.last = event;
    // One look-up per frame, however many events the mouse sends.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.last) return;
      const hits = this.isOverControl(this.last) ? [] : this.find(this.last.latlng);
      this.atlas.map.getContainer().classList.toggle("atlas-over", hits.length > 0);
      if (hits.length) this.tooltip.show(hits, this.last.containerPoint);
      else this.tooltip.hide();
    });
  }

  isOverControl(event) {
    return Boolean(event.originalEvent.target.closest?.(".atlas-overlay, .leaflet-control"));
  }

  leave() {
    this.last = null;
    this.tooltip.hide();
    this.atlas.map.getContainer().classList.remove("atlas-over");
  }

  click(event) {
    if (this.atlas.measure.active || this.isOverControl(event)) return;
    this.leave();
    const hits = this.find(event.latlng);
    if (hits.length) this.atlas.card.open(hits, { told: true });
    else if (this.atlas.card.isOpen) this.atlas.card.close();
  }

  remove() {
    cancelAnimationFrame(this.frame);
    this.atlas.map.off(this.events);
    this.atlas.map.getContainer().removeEventListener("pointerdown", this.down, true);
    this.tooltip.remove();
  }
}
