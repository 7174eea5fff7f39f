/**
 * The measuring tool: click corners; length of the line, area of the figure it closes.
 */
import { ICONS, el, fill, icon, overlay } from "./dom.js";
import { MU_M2, areaM2, crossesItself, distanceM, lengthM } from "./geodesy.js";

const LINE = { color: "#8a2be2", weight: 2.5, interactive: false, pane: "atlas-measure" };

export class Measure {
  /** @param {any} L @param {any} map @param {any} atlas */
  constructor(L, map, atlas) {
    Object.assign(this, { L, map, atlas, active: false });
    /** @type {import("./geodesy.js").LonLat[]} */
    this.points = [];
    this.renderer = L.svg({ pane: "atlas-measure" });
    this.marks = L.layerGroup().addTo(map);
    const { texts } = atlas;
    this.button = this.makeButton("measure", ICONS.ruler, () => (this.active ? this.stop() : this.start()));
    const home = this.makeButton("home", ICONS.home, () => atlas.camera.home());
    this.bar = el("div", { class: "leaflet-bar leaflet-control atlas-bar" }, home, this.button);
    overlay(L, map.getContainer().querySelector(".leaflet-top.leaflet-left"), this.bar);
    this.out = el("div", { class: "atlas-measure atlas-overlay", role: "status", hidden: true, "aria-label": texts.t("measure") });
    overlay(L, map.getContainer(), this.out);
    this.events = { click: (event) => this.add(event.latlng), dblclick: () => this.pause() };
    this.key = (event) => {
      if (event.key === "Escape" && this.active) this.stop();
    };
    document.addEventListener("keydown", this.key);
  }

  makeButton(key, path, click) {
    const text = this.atlas.texts.t(key);
    return el("button", { type: "button", class: "atlas-tool", title: text, "aria-label": text, data: { tool: key }, on: { click } }, icon(path));
  }

  start() {
    this.active = true;
    this.closed = false;
    this.points = [];
    this.map.doubleClickZoom.disable();
    this.map.on(this.events);
    this.map.getContainer().classList.add("atlas-measuring");
    this.button.setAttribute("aria-pressed", "true");
    this.out.hidden = false;
    this.atlas.pointer?.leave();
    this.draw();
  }

  stop() {
    this.active = false;
    this.map.off(this.events);
    this.map.doubleClickZoom.enable();
    this.map.getContainer().classList.remove("atlas-measuring");
    this.button.setAttribute("aria-pressed", "false");
    this.marks.clearLayers();
    this.out.hidden = true;
    this.points = [];
  }

  /** @param {any} latlng */
  add({ lng, lat }) {
    if (this.closed) { // a finished figure stays readable until the next click begins a new one
      this.closed = false;
      this.points = [];
    }
    const last = this.points.at(-1);
    if (last && distanceM(last, [lng, lat]) < 0.01) return; // the second click of a double click
    this.points.push([lng, lat]);
    this.draw();
  }

  pause() {
    this.closed = true;
    this.draw();
  }

  undo() {
    this.points.pop();
    this.closed = false;
    this.draw();
  }

  draw() {
    const { L, marks, points } = this;
    const path = points.map(([lng, lat]) => [lat, lng]);
    marks.clearLayers();
    const options = { ...LINE, renderer: this.renderer };
    if (path.length > 2) L.polygon(path, { ...options, weight: 1, dashArray: "4 5", fillOpacity: 0.1 }).addTo(marks);
    if (path.length > 1) L.polyline(path, options).addTo(marks);
    for (const at of path) L.circleMarker(at, { ...options, radius: 4, weight: 2, fillColor: "#fff", fillOpacity: 1 }).addTo(marks);
    this.write();
  }

  write() {
    const { texts } = this.atlas;
    const { points } = this;
    const action = (key, click, off) => el("button", { type: "button", disabled: off, text: texts.t(key), on: { click } });
    fill(
      this.out,
      points.length < 2 && el("p", { text: texts.t(points.length ? "measure_next" : "measure_hint") }),
      points.length > 1 && this.line("measure_length", texts.length(lengthM(points)), "length"),
      points.length > 2 && this.area(),
      el("div", { class: "atlas-measure-actions" }, action("measure_undo", () => this.undo(), !points.length),
        action("measure_clear", () => { this.points = []; this.draw(); }, !points.length), action("measure_done", () => this.stop(), false)),
    );
    Object.assign(this.out.dataset, { lengthM: lengthM(points).toFixed(2), areaM2: areaM2(points).toFixed(1) });
  }

  /** @param {string} key @param {string} value @param {string} name */
  line(key, value, name) {
    return el("p", { data: { measure: name } }, el("span", { text: this.atlas.texts.t(key) }), el("b", { text: value }));
  }

  area() {
    const { texts } = this.atlas;
    if (crossesItself(this.points)) return el("p", { class: "atlas-muted", text: texts.t("measure_crossed") });
    const m2 = areaM2(this.points);
    const figure = [
      texts.t("measure_mu", { n: texts.number(m2 / MU_M2, m2 < 10000 * MU_M2 ? 1 : 0) }),
      texts.t("measure_ha", { n: texts.number(m2 / 10000, m2 < 1e8 ? 2 : 0) }), `${texts.number(m2)} m²`,
    ];
    return this.line("measure_area", figure.join(" = "), "area");
  }

  remove() {
    if (this.active) this.stop();
    document.removeEventListener("keydown", this.key);
    this.marks.remove();
    this.bar.remove();
    this.out.remove();
  }
}
