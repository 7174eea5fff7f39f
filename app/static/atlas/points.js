/**
 * All points of all layers on one canvas.
 *
 * @typedef {{decl: any, table: import("./table.js").PointTable}} Sheet a layer with its rows
 */
import { createCanvasLayer } from "./canvas_layer.js";
import { NO_METHOD, mercatorX, mercatorY } from "./table.js";
import { StampImage, makeStamp } from "./stamp.js";
import { STATES, makeSprite, radiusOf } from "./symbols.js";

/** From so many shown points on, large layers are drawn as small stamped dots, with an overdraw mask. */
const DENSE_FROM = 5000;
const LARGE_LAYER = 2000;
const NAMES_FROM = 12.5; // zoom
const MOST_NAMES = 120;

export class Points {
  /**
   * @param {any} L Leaflet @param {any} map
   * @param {import("./table.js").Codes} codes
   */
  constructor(L, map, codes) {
    this.map = map;
    this.states = codes.methods.map((method) => STATES[method] ?? "solid");
    /** @type {Sheet[]} shown layers, lowest first */
    this.sheets = [];
    this.stackCount = new Int32Array(0);
    /** @type {{table: import("./table.js").PointTable, row: number}|null} */
    this.picked = null;
    this.sprites = new Map();
    this.layer = createCanvasLayer(L, { pane: "atlas-points", paint: (frame) => this.paint(frame) }).addTo(map);
  }

  /** @param {Sheet[]} sheets @param {number} stacks number of shared places */
  setSheets(sheets, stacks) {
    this.sheets = sheets;
    this.stackCount = new Int32Array(stacks);
    for (const { table } of sheets) {
      if (!table.stack) continue;
      for (let i = 0; i < table.n; i++) if (table.mask[i] && table.stack[i] >= 0) this.stackCount[table.stack[i]]++;
    }
    this.layer.draw();
  }

  /** @param {{table: any, row: number}|null} picked */
  setPicked(picked) {
    this.picked = picked;
    this.layer.draw();
  }

  /** @param {import("./canvas_layer.js").Frame} frame */
  paint(frame) {
    const total = this.sheets.reduce((sum, { table }) => sum + table.shown, 0);
    const isLarge = ({ table }) => total > DENSE_FROM && table.n > LARGE_LAYER;
    const factor = frame.zoom < 9.5 ? 0.82 : frame.zoom < 11 ? 0.92 : 1;
    this.stackDrawn = new Uint8Array(this.stackCount.length);
    /** @type {[number, number, number][]} */
    this.badges = [];
    this.stampSheets(frame, this.sheets.filter(isLarge));
    for (const sheet of this.sheets) if (!isLarge(sheet)) this.paintSheet(frame, sheet, factor);
    this.paintPicked(frame);
    for (const [x, y, count] of this.badges) drawBadge(frame, x, y, count);
  }

  /** Large layers lie below the small ones, whatever their order. @param {Sheet[]} sheets */
  stampSheets(frame, sheets) {
    if (!sheets.length) return;
    this.image ??= new StampImage();
    this.image.begin(frame.ctx);
    const shown = sheets.reduce((sum, { table }) => sum + table.shown, 0);
    // One cell per step device pixels; it holds the number of the sprite last stamped there.
    const step = shown > 100000 ? 2 : 1;
    const columns = Math.ceil(this.image.width / step) + 1;
    const size = columns * (Math.ceil(this.image.height / step) + 1);
    if (this.cells?.length !== size) this.cells = new Uint16Array(size);
    else this.cells.fill(0);
    sheets.forEach((sheet, index) => this.stampSheet(frame, sheet, { index, step, columns }));
    this.image.end(frame.ctx);
  }

  stampSheet({ ratio, scale, left, top }, { decl, table }, { index, step, columns }) {
    const { n, mask, mx, my, method, unverified } = table;
    const { image, cells } = this;
    const { width, height } = image;
    const stamps = this.kept(`${decl.id}|${ratio}|dense`);
    const [k, x0, y0] = [scale * ratio, left * ratio, top * ratio];
    for (let i = 0; i < n; i++) {
      if (!mask[i]) continue;
      const x = Math.round(mx[i] * k - x0);
      const y = Math.round(my[i] * k - y0);
      if (!(x >= 0 && y >= 0 && x < width && y < height)) continue; // NaN: not a point
      const kind = method[i] * 2 + unverified[i];
      const cell = step === 1 ? y * columns + x : (y >> 1) * columns + (x >> 1);
      const mark = index * 64 + kind + 1;
      if (cells[cell] === mark) continue;
      cells[cell] = mark;
      image.put((stamps[kind] ??= makeStamp(this.sprite(decl, kind, { ratio, dense: true }))), x, y);
    }
  }

  /** @param {import("./canvas_layer.js").Frame} frame @param {Sheet} sheet @param {number} factor size of symbols */
  paintSheet(frame, { decl, table }, factor) {
    const { ctx, ratio, width, height, scale, left, top } = frame;
    const { mask, mx, my, method, unverified, stack } = table;
    const sprites = this.kept(`${decl.id}|${ratio}|${factor}`);
    const margin = 20;
    for (let i = 0; i < table.n; i++) {
      if (!mask[i]) continue;
      const x = mx[i] * scale - left;
      const y = my[i] * scale - top;
      if (!(x > -margin && y > -margin && x < width + margin && y < height + margin)) continue; // NaN: not a point
      if (stack !== null && stack[i] >= 0 && this.isDrawn(stack[i], x, y)) continue;
      const kind = method[i] * 2 + unverified[i];
      const sprite = (sprites[kind] ??= this.sprite(decl, kind, { ratio, factor }));
      ctx.drawImage(sprite.image, Math.round(x * ratio) - sprite.half, Math.round(y * ratio) - sprite.half);
    }
  }

  /** Whether a shared place has its one symbol already; the first row to come draws it. */
  isDrawn(stack, x, y) {
    if (this.stackDrawn[stack]) return true;
    this.stackDrawn[stack] = 1;
    if (this.stackCount[stack] > 1) this.badges.push([x, y, this.stackCount[stack]]);
    return false;
  }

  /** Sprites made for a layer at a size, by kind. @param {string} key @returns {any[]} */
  kept(key) {
    if (!this.sprites.has(key)) this.sprites.set(key, []);
    return this.sprites.get(key);
  }

  sprite(decl, kind, options) {
    const method = kind >> 1;
    const known = method === NO_METHOD ? "solid" : this.states[method];
    const state = decl.role === "modelled" ? "modelled" : known;
    return makeSprite(decl.style, state, { ...options, unverified: (kind & 1) === 1 });
  }

  /** @param {import("./canvas_layer.js").Frame} frame */
  paintPicked({ ctx, ratio, scale, left, top }) {
    if (!this.picked) return;
    const { table, row } = this.picked;
    if (!table.mask[row] || Number.isNaN(table.mx[row]) || !this.sheets.some((s) => s.table === table)) return;
    ctx.save();
    ctx.scale(ratio, ratio);
    ctx.translate(table.mx[row] * scale - left, table.my[row] * scale - top);
    for (const [radius, width, color] of [[13.5, 4.5, "#ffffff"], [13.5, 2.2, "#c0391b"]]) {
      ctx.beginPath();
      ctx.arc(0, 0, radius, 0, Math.PI * 2);
      ctx.lineWidth = width;
      ctx.strokeStyle = color;
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Screen places of the shown symbols, for names to keep off; none where there are too many to heed. */
  spots({ scale, left, top, width, height }) {
    const found = [];
    for (const { table } of this.sheets) {
      if (table.n > LARGE_LAYER) continue;
      for (let i = 0; i < table.n; i++) {
        const x = table.mx[i] * scale - left;
        const y = table.my[i] * scale - top;
        if (table.mask[i] && x > 0 && y > 0 && x < width && y < height) found.push([x, y]);
      }
    }
    return found;
  }

  /**
   * Names of the single places in view, at a scale where there is room for them.
   * @param {any} frame @param {import("./texts.js").Texts} texts
   */
  names({ scale, left, top, width, height, zoom }, texts) {
    if (zoom < NAMES_FROM) return [];
    const found = [];
    for (const { table } of [...this.sheets].reverse()) {
      if (table.n > LARGE_LAYER) continue;
      for (let i = 0; i < table.n && found.length < MOST_NAMES; i++) {
        const x = table.mx[i] * scale - left;
        const y = table.my[i] * scale - top;
        const single = !(this.stackCount[table.stack?.[i] ?? -1] > 1);
        if (table.mask[i] && single && x > 0 && y > 0 && x < width && y < height) found.push({ x, y, text: texts.of(table.props(i)) });
      }
    }
    return found;
  }

  /**
   * Shown rows at a place on the screen: the nearest, and all that share its position.
   * @param {any} latlng @param {number} reach CSS pixels
   * @returns {{decl: any, table: any, row: number}[]}
   */
  hit(latlng, reach) {
    const scale = 256 * 2 ** this.map.getZoom();
    const [px, py] = [mercatorX(latlng.lng), mercatorY(latlng.lat)];
    let best = null;
    let bestDistance = Infinity;
    for (const sheet of this.sheets) {
      const { mask, mx, my, n } = sheet.table;
      const limit = Math.max(reach, radiusOf(sheet.decl.style) + 3) / scale;
      for (let i = 0; i < n; i++) {
        const dx = mx[i] - px;
        if (!(dx < limit && dx > -limit) || !mask[i]) continue;
        const dy = my[i] - py;
        const distance = dx * dx + dy * dy;
        if (distance > limit * limit || distance > bestDistance) continue;
        bestDistance = distance;
        best = { ...sheet, row: i };
      }
    }
    return best ? this.sharing(best) : [];
  }

  /** A row and all shown rows at its place, itself included. @param {{decl: any, table: any, row: number}} entry */
  sharing(entry) {
    const stack = entry.table.stack?.[entry.row] ?? -1;
    if (stack < 0 || !(this.stackCount[stack] > 1)) return [entry];
    const all = [];
    for (const sheet of this.sheets) {
      const numbers = sheet.table.stack;
      if (!numbers) continue;
      for (let i = 0; i < numbers.length; i++) if (numbers[i] === stack && sheet.table.mask[i]) all.push({ ...sheet, row: i });
    }
    return all;
  }
}

/** The number of places under one symbol. @param {import("./canvas_layer.js").Frame} frame */
function drawBadge({ ctx, ratio }, x, y, count) {
  const text = count > 99 ? "99+" : String(count);
  ctx.save();
  ctx.scale(ratio, ratio);
  ctx.translate(x + 7, y - 7);
  ctx.font = "600 9px system-ui, sans-serif";
  const half = Math.max(6, ctx.measureText(text).width / 2 + 3);
  ctx.beginPath();
  ctx.roundRect(-half, -6, half * 2, 12, 6);
  ctx.fillStyle = "#26364a";
  ctx.fill();
  ctx.lineWidth = 1.2;
  ctx.strokeStyle = "#ffffff";
  ctx.stroke();
  ctx.fillStyle = "#ffffff";
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, 0, 0.5);
  ctx.restore();
}
