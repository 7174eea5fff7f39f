/**
 * Names of districts and neighbours: canvas text with a halo, the more important first, none upon another.
 */
import { createCanvasLayer } from "./canvas_layer.js";
import { latitudeOf, mercatorX, mercatorY } from "./table.js";

const FONT = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Noto Sans", system-ui, sans-serif';

/** @typedef {{text: string, lon: number, lat: number, rank: number, code?: string,
 *   inside?: (lon: number, lat: number) => boolean}} Label rank 0 = district, 1 = neighbour; inside: where the name may stand */

export class Labels {
  /** @param {any} L @param {any} map */
  constructor(L, map) {
    /** @type {Label[]} */
    this.items = [];
    this.selected = [];
    /** Symbols that names should not lie under. @type {((frame: any) => [number, number][])|null} */
    this.obstacles = null;
    /** Names of single places. @type {((frame: any) => {x: number, y: number, text: string}[])|null} */
    this.names = null;
    this.layer = createCanvasLayer(L, { pane: "atlas-labels", paint: (frame) => this.paint(frame) }).addTo(map);
  }

  /** @param {Label[]} items @param {string[]} selected district codes */
  set(items, selected) {
    this.items = items;
    this.selected = selected;
    this.layer.draw();
  }

  /** @param {import("./canvas_layer.js").Frame} frame */
  paint(frame) {
    const { ctx, ratio, width, height, scale, left, top, zoom } = frame;
    ctx.save();
    ctx.scale(ratio, ratio);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    const boxes = [];
    const spots = this.obstacles?.(frame) ?? [];
    for (const item of [...this.items].sort((a, b) => this.weight(a) - this.weight(b))) {
      const x = mercatorX(item.lon) * scale - left;
      const y = mercatorY(item.lat) * scale - top;
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const size = item.rank ? 12 : zoom < 9.5 ? 11.5 : zoom < 11.5 ? 13 : 15;
      ctx.font = `${item.rank ? 400 : 600} ${size}px ${FONT}`;
      const half = ctx.measureText(item.text).width / 2 + 3;
      const allowed = (px, py) => item.inside?.(((px + left) / scale) * 360 - 180, latitudeOf((py + top) / scale)) ?? false;
      const found = bestPlace(x, y, half, size * 0.62, { boxes, spots, allowed });
      if (!found) continue;
      boxes.push(found.box);
      this.write(ctx, item, found.x, found.y);
    }
    this.paintNames(frame, boxes, spots);
    ctx.restore();
  }

  /** Beside their symbols, where nothing else is; a name without room is left out. */
  paintNames(frame, boxes, spots) {
    const { ctx } = frame;
    ctx.font = `400 11.5px ${FONT}`;
    for (const { x, y, text } of this.names?.(frame) ?? []) {
      const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
      const half = ctx.measureText(short).width / 2 + 2;
      const places = [[x + half + 10, y], [x, y + 17], [x, y - 17], [x - half - 10, y]];
      const boxed = places.map(([cx, cy]) => ({ cx, cy, box: [cx - half, cy - 7, cx + half, cy + 7] }));
      const found = boxed.find(({ box }) => !boxes.some((other) => meet(box, other)) && !spots.some((spot) => covers(box, spot)));
      if (!found) continue;
      boxes.push(found.box);
      ctx.strokeStyle = "rgba(255,255,255,0.9)";
      ctx.lineWidth = 3;
      ctx.strokeText(short, found.cx, found.cy);
      ctx.fillStyle = "#33414f";
      ctx.fillText(short, found.cx, found.cy);
    }
  }

  /** Selected districts first, then districts, then neighbours. @param {Label} item */
  weight(item) {
    return item.rank * 2 + (this.selected.includes(item.code ?? "") ? -1 : 0);
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Label} item */
  write(ctx, item, x, y) {
    const selected = this.selected.includes(item.code ?? "");
    ctx.strokeStyle = "rgba(255,255,255,0.9)";
    ctx.lineWidth = 3.5;
    ctx.strokeText(item.text, x, y);
    if (item.rank) ctx.fillStyle = "#7b7f86";
    else ctx.fillStyle = selected ? "#1f4468" : this.selected.length ? "#7d848c" : "#4d5966";
    ctx.fillText(item.text, x, y);
  }
}

/** Steps off the given place, in half heights and half widths of the name, nearest first. */
const STEPS = [[0, 0], [0, -1.6], [0, 1.6], [0, -3], [0, 3], [-1.1, 0], [1.1, 0], [-1.1, -2], [1.1, -2], [-1.1, 2], [1.1, 2]];
const SPOT = 5; // radius that a symbol needs for itself

/** The free place nearest to (x, y), clear of other names, upon as few symbols as may be; null where there is none. */
function bestPlace(x, y, half, high, { boxes, spots, allowed }) {
  let best = null;
  for (const [i, [sx, sy]] of STEPS.entries()) {
    const [cx, cy] = [x + sx * half, y + sy * high];
    const box = [cx - half, cy - high, cx + half, cy + high];
    if (i && !allowed(cx, cy)) continue; // a name never moves out of its own district
    if (boxes.some((other) => meet(box, other))) continue;
    const hidden = spots.filter((spot) => covers(box, spot)).length;
    const cost = hidden * 3 + i;
    if (!best || cost < best.cost) best = { cost, box, x: cx, y: cy };
    if (!hidden) break;
  }
  return best;
}

/** Whether a name in this box would lie on a symbol. @param {number[]} box @param {[number, number]} spot */
function covers(box, [x, y]) {
  return x > box[0] - SPOT && x < box[2] + SPOT && y > box[1] - SPOT && y < box[3] + SPOT;
}

/** @param {number[]} a @param {number[]} b */
function meet(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}
