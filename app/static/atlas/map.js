/**
 * The live map: it owns the view, filters and draws at once, and tells the host afterwards.
 */
import { sameView, toView, writeQuery } from "./address.js";
import { Basemap } from "./basemap.js";
import { Card } from "./card.js";
import { Camera } from "./camera.js";
import { Credits } from "./credits.js";
import { Exports } from "./exports.js";
import { rememberFrame } from "./frame.js";
import { Labels } from "./labels.js";
import { Legend } from "./legend.js";
import { Measure } from "./measure.js";
import { Panel } from "./panel.js";
import { Pointer } from "./pointer.js";
import { Points } from "./points.js";
import { Results } from "./results.js";
import { Shapes, isDistricts } from "./shapes.js";
import { baseLabels } from "./base.js";
import { LayerStore } from "./store.js";
import { Texts } from "./texts.js";
import { publish, publishShown } from "./state.js";

const PANES = { "atlas-base": 250, "atlas-labels": 350, "atlas-shapes": 400, "atlas-points": 450, "atlas-measure": 470 };

export class Atlas {
  /** @param {{L: any, map: any, root: HTMLElement, decls: any[], basemaps: any[], manifest: any, memory: any}} parts */
  constructor({ L, map, root, decls, basemaps, manifest, memory }) {
    Object.assign(this, { L, map, root, manifest, memory, basemaps, first: !memory.mounted });
    this.store = new LayerStore(decls, manifest);
    this.view = toView({ l: this.store.defaults });
    this.texts = new Texts(manifest.texts ?? {}, "zh");
    /** @type {{layer: string, id: string}|null} */
    this.picked = null;
    this.hostPicked = "null";
    /** What of the address the host decides. @type {Record<string, string>} */
    this.page = {};
    this.brought = "[]";
    this.ready = false;
    for (const [name, zIndex] of Object.entries(PANES)) {
      const pane = map.createPane(name);
      pane.style.zIndex = String(zIndex);
      pane.style.pointerEvents = "none";
    }
    this.camera = new Camera(L, map, this);
    this.shapes = new Shapes(L, map);
    this.labels = new Labels(L, map);
    this.points = new Points(L, map, this.store.codes);
    this.labels.obstacles = (frame) => this.points.spots(frame);
    this.labels.names = (frame) => this.points.names(frame, this.texts);
    this.credits = new Credits(L, map);
    this.exports = new Exports(this);
    this.results = new Results(this);
    this.resizer = new ResizeObserver(() => this.camera.resized());
    this.resizer.observe(map.getContainer());
    map.on("moveend", () => this.moved());
    root.atlas = this.handle();
  }

  /** What a browser test may ask. */
  handle() {
    return {
      shownIds: (layer) => this.shownIds(layer),
      project: (lon, lat) => {
        const { x, y } = this.map.latLngToContainerPoint([lat, lon]);
        return { x, y };
      },
      view: () => structuredClone(this.view),
      setView: (partial) => this.change(partial),
      map: this.map,
    };
  }

  /** @param {string} id */
  shownIds(id) {
    const table = this.store.tables.get(id);
    if (!table || !this.view.l.includes(id)) return [];
    return [...table.mask.keys()].filter((row) => table.mask[row]).map((row) => table.id(row));
  }

  /** A call of the host. @param {any} component */
  async receive(component) {
    const { data } = component;
    this.host = component.ahead ? null : component;
    this.page = data.page ?? {};
    const lang = data.lang === "en" ? "en" : "zh";
    if (!component.ahead) this.bring(data.own ?? [], data.token ?? "");
    if (!this.panel || lang !== this.texts.lang) this.speak(lang);
    const current = (data.seq ?? 0) >= this.memory.seq;
    if (current) {
      this.memory.seq = data.seq ?? 0;
      const view = toView(data.view);
      if (!this.ready || !sameView(view, this.view)) await this.adopt(view);
    }
    if (this.ready) this.writeAddress();
    else await this.start();
    if (!this.host) return;
    this.follow(data);
    this.greet(data);
    this.results.show(data.results);
  }

  /** Layers that the reader brought: the session's own, with the token that their files are asked for by. @param {any[]} decls @param {string} token */
  bring(decls, token) {
    this.token = token;
    const wanted = JSON.stringify(decls);
    if (wanted === this.brought) return;
    this.brought = wanted;
    for (const id of this.store.bring(decls)) this.shapes.drop(id);
    if (this.panel) this.speak(this.texts.lang); // controls and legend name them
  }

  /** A session that does not know this map yet hears what the reader did before it. @param {any} data */
  greet(data) {
    publish(this.root, { hosted: "1" });
    rememberFrame(this.root);
    if (data.session === this.memory.session) return;
    this.memory.session = data.session;
    if ((data.seq ?? 0) < this.memory.seq) this.tellView();
    if (this.picked) this.tellPick();
  }

  tellView() {
    this.host?.setStateValue("view", { seq: this.memory.seq, view: structuredClone(this.view) });
  }

  tellPick() {
    this.host?.setTriggerValue("pick", { layer: this.picked?.layer ?? null, id: this.picked?.id ?? null, seq: this.memory.seq });
  }

  /** First drawing. */
  async start() {
    this.camera.begin(this.first);
    await this.store.load(this.store.drawn(this.view), (decl) => this.loaded(decl));
    this.refresh();
    this.ready = true;
    publish(this.root, { picked: this.root.dataset.picked ?? "", cmd: String(this.memory.command ?? ""), ready: "1" });
    this.moved();
  }

  /** Controls in the reader's language. @param {"zh"|"en"} lang */
  speak(lang) {
    this.texts = new Texts(this.manifest.texts ?? {}, lang);
    for (const part of [this.panel, this.legend, this.card, this.pointer, this.measure]) part?.remove();
    this.basemap ??= new Basemap(this.L, this.map, this.basemaps, this.credits);
    this.measure = new Measure(this.L, this.map, this);
    this.legend = new Legend(this);
    this.panel = new Panel(this);
    this.card = new Card(this);
    this.pointer = new Pointer(this);
    for (const node of [this.root, document.documentElement]) node.setAttribute("lang", lang === "en" ? "en" : "zh-CN");
    this.root.dataset.lang = lang;
    this.nameFullScreen();
    if (this.ready) {
      this.refresh();
      this.writeAddress();
    }
  }

  /** Folium named the button when it built the map, for every reader alike. */
  nameFullScreen() {
    const control = this.map.fullscreenControl;
    if (!control) return;
    Object.assign(control.options, { title: this.texts.t("full_screen"), titleCancel: this.texts.t("full_screen_exit") });
    control.link.title = this.map._isFullscreen ? control.options.titleCancel : control.options.title;
    control.link.setAttribute("aria-label", this.texts.t("full_screen"));
  }

  /** @param {any} decl */
  loaded(decl) {
    const table = this.store.tables.get(decl.id);
    if (table.hasShapes) this.shapes.add(decl, table);
  }

  /** Take the host's view. @param {import("./address.js").View} view */
  async adopt(view) {
    this.view = view;
    if (!this.ready) return;
    this.refresh();
    this.writeAddress();
    await this.complete();
  }

  /**
   * Change the view from the map itself: draw, then tell the host.
   * @param {Partial<import("./address.js").View>} partial
   * @param {number} [since] performance.now() of the reader's action
   */
  change(partial, since = performance.now()) {
    this.view = toView({ ...this.view, ...partial });
    this.refresh(since);
    this.memory.seq += 1;
    this.writeAddress();
    this.tellView();
    return this.complete(since);
  }

  /** Load layers that were switched on just now, and draw them. @param {number} [since] */
  async complete(since) {
    const missing = this.store.missing(this.store.drawn(this.view));
    if (!missing.length) return;
    this.root.dataset.loading = "1";
    await this.store.load(missing, (decl) => this.loaded(decl));
    delete this.root.dataset.loading;
    this.refresh(since);
  }

  /** Filter and draw. @param {number|null} [since] */
  refresh(since = null) {
    const sheets = this.store.filter(this.view);
    this.points.setSheets([...sheets, ...this.results.pointSheets], this.store.stacks);
    this.drawShapes();
    if (since !== null) publish(this.root, { filterMs: (performance.now() - since).toFixed(1) });
    this.labels.set(baseLabels(this.manifest, this.store, this.texts), this.view.d);
    publishShown(this.root, sheets, this.view);
    this.panel.sync(this.view);
    this.legend.sync(this.view);
    this.showCredits();
    if (this.picked) this.highlight(this.picked);
  }

  /** Of what is drawn, and of nothing that a street map stands in for. */
  showCredits() {
    this.credits.show(this.store.drawn(this.view).filter((decl) => this.store.tables.has(decl.id) && !this.isCovered(decl)), this.texts);
  }

  /** Whether an online base map stands in for it. @param {any} decl */
  isCovered(decl) {
    return Boolean(this.basemap?.current) && decl.role === "base" && !decl.follows && !isDistricts(decl.id);
  }

  drawShapes() {
    this.shapes.veil(this.manifest.home?.mapped);
    this.shapes.showVeil(!this.basemap?.current);
    const drawn = new Set(this.store.drawn(this.view).map((decl) => decl.id));
    for (const { decl, table } of this.shapes.sheets.values()) {
      if (decl.role === "result") {
        this.shapes.show(decl.id, table.mask);
        continue;
      }
      if (!drawn.has(decl.id) || this.isCovered(decl)) this.shapes.show(decl.id, null);
      else if (decl.follows) this.shapes.show(decl.id, this.store.followMask(decl));
      else this.shapes.show(decl.id, decl.role === "base" ? new Uint8Array(table.n).fill(1) : table.mask);
    }
    this.shapes.arrange([...this.store.decls, ...this.results.sheets.map(({ decl }) => decl)].map((decl) => decl.id));
    this.shapes.emphasise(this.view.d);
  }

  /** Highlight and command of the host. @param {any} data */
  follow(data) {
    const picked = JSON.stringify(data.picked ?? null);
    if (picked !== this.hostPicked) {
      this.hostPicked = picked;
      this.highlight(data.picked ?? null);
    }
    const { command } = data;
    if (!command || command.n === this.memory.command) return;
    this.memory.command = command.n;
    this.obey(command).finally(() => publish(this.root, { cmd: String(command.n) }));
  }

  /** @param {any} command */
  async obey(command) {
    if (command.kind === "home") this.camera.home();
    else if (command.kind === "fit") this.camera.fitDistrict(command.district_code);
    else if (command.kind === "show") await this.show(command.layer, String(command.id));
  }

  /** Go to a place and open its card. @param {string} layer @param {string} id */
  async show(layer, id) {
    const decl = this.store.decl(layer);
    if (!decl) return;
    if (!this.view.l.includes(layer)) await this.change({ l: [...this.view.l, layer] });
    const table = this.store.tables.get(layer);
    const row = table ? table.rowOf(id) : -1;
    if (row < 0) return;
    this.camera.lookAt(decl, table, row);
    await this.card.open([{ decl, table, row }], { focus: false });
    this.highlight({ layer, id });
  }

  /** The reader picked a place, or nothing. @param {{decl: any, table: any, row: number}|null} entry */
  pick(entry) {
    const picked = entry ? { layer: entry.decl.id, id: entry.table.id(entry.row) } : null;
    this.highlight(picked);
    this.tellPick();
  }

  /** The reader wants to see what a stated figure rests on. @param {string} id */
  prove(id) {
    this.host?.setTriggerValue("evidence", { id });
  }

  /** @param {{layer: string, id: string}|null} picked */
  highlight(picked) {
    this.picked = picked;
    const table = picked ? this.store.tables.get(picked.layer) : null;
    const row = table ? table.rowOf(String(picked.id)) : -1;
    this.points.setPicked(row < 0 ? null : { table, row });
    this.shapes.mark(row < 0 ? null : picked.layer, row);
    publish(this.root, { picked: picked ? `${picked.layer}/${picked.id}` : "" });
  }

  /** The map came to rest: the address follows, the host hears nothing. */
  moved() {
    publish(this.root, { map: this.camera.text(), zoom: String(this.map.getZoom()) });
    if (this.ready && this.root.isConnected) this.writeAddress();
  }

  /** The query for this view. @param {string} search @param {any} [place] */
  query(search, place = null) {
    return writeQuery(search, { view: this.view, defaults: this.store.defaults, lang: this.texts.lang, place, page: this.page });
  }

  writeAddress() {
    if (!this.host) return; // it has still to read the address as the reader gave it, and to say what it does not know
    const { pathname, search, hash } = window.location;
    const next = this.query(search, this.camera.place());
    if (next !== search) window.history.replaceState(window.history.state, "", `${pathname}${next}${hash}`);
    this.camera.remember();
  }

  destroy() {
    this.resizer.disconnect();
    for (const part of [this.exports, this.pointer, this.card, this.measure]) part?.remove();
    this.map.remove();
  }
}
