/**
 * Point symbols: shape and colour come from the layer's style, the way of drawing from how the position is known.
 *
 * @typedef {"solid"|"ring"|"hollow"|"schematic"|"modelled"} State
 */

/** Location method -> way of drawing. @type {Record<string, State>} */
export const STATES = {
  surveyed: "solid", address: "solid", site: "ring", town: "hollow", district: "hollow",
  schematic: "schematic", modelled: "modelled",
};
const RADII = { small: 4.5, medium: 6, large: 7.5 };
const TAU = Math.PI * 2;

/** Symbol radius in CSS pixels: a word of simplestyle, or a number of which 0.7 is the radius. @param {Record<string, any>} style */
export function radiusOf(style) {
  const size = style["marker-size"];
  return RADII[size] ?? (Number(size) > 0 ? Math.min(Number(size) * 0.7, 12) : RADII.medium);
}

/** @param {Record<string, any>} style */
export const colorOf = (style) => style["marker-color"] || style.stroke || "#3b5b7a";

/** Corners of the regular shapes as [angle, radius share]. */
const CORNERS = {
  square: ring(4, Math.PI / 4, 1.12), diamond: ring(4, 0, 1.22), triangle: ring(3, -Math.PI / 2, 1.25), hexagon: ring(6, 0, 1.1),
  star: Array.from({ length: 10 }, (_, i) => [-Math.PI / 2 + (i * TAU) / 10, i % 2 ? 0.58 : 1.35]),
};

/** @param {number} n @param {number} start @param {number} share */
function ring(n, start, share) {
  return Array.from({ length: n }, (_, i) => [start + (i * TAU) / n, share]);
}

/** @param {CanvasRenderingContext2D} ctx @param {string} shape @param {number} r */
function trace(ctx, shape, r) {
  ctx.beginPath();
  if (shape === "cross") return traceCross(ctx, r * 1.15, r * 0.42);
  const corners = CORNERS[shape];
  if (!corners) return ctx.arc(0, 0, r, 0, TAU);
  corners.forEach(([angle, share], i) => {
    const [x, y] = [Math.cos(angle) * r * share, Math.sin(angle) * r * share];
    if (i) ctx.lineTo(x, y);
    else ctx.moveTo(x, y);
  });
  return ctx.closePath();
}

/** @param {CanvasRenderingContext2D} ctx @param {number} a arm @param {number} w half width */
function traceCross(ctx, a, w) {
  const points = [[-w, -a], [w, -a], [w, -w], [a, -w], [a, w], [w, w], [w, a], [-w, a], [-w, w], [-a, w], [-a, -w], [-w, -w]];
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.closePath();
}

/**
 * Draw a symbol around the context's origin.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Record<string, any>} style
 * @param {State} state
 * @param {{radius?: number, unverified?: boolean}} [options]
 */
export function drawSymbol(ctx, style, state, { radius = radiusOf(style), unverified = false } = {}) {
  const color = colorOf(style);
  const shape = style["marker-symbol"] || "circle";
  ctx.save();
  ctx.lineJoin = "round";
  if (state === "solid" || state === "ring") drawFilled(ctx, shape, radius, color, state);
  else drawHollow(ctx, shape, radius, color, state);
  ctx.restore();
  if (unverified) drawTick(ctx, radius);
}

/** @param {CanvasRenderingContext2D} ctx */
function drawFilled(ctx, shape, r, color, state) {
  if (state === "ring") {
    ctx.strokeStyle = color;
    ctx.globalAlpha = 0.38;
    ctx.lineWidth = 1.8;
    ctx.beginPath();
    ctx.arc(0, 0, r + 3.2, 0, TAU);
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
  trace(ctx, shape, r);
  ctx.strokeStyle = "#ffffff";
  ctx.lineWidth = 2.4;
  ctx.stroke();
  if (shape === "ring") {
    trace(ctx, shape, r - 1.2);
    ctx.strokeStyle = color;
    ctx.lineWidth = 2.6;
    ctx.stroke();
    return;
  }
  ctx.fillStyle = color;
  ctx.fill();
}

const DASHES = { hollow: [3, 2], schematic: [3, 3], modelled: [0.1, 2.9] };

/** @param {CanvasRenderingContext2D} ctx */
function drawHollow(ctx, shape, r, color, state) {
  trace(ctx, shape, r);
  ctx.globalAlpha = state === "schematic" ? 0.5 : 1;
  ctx.fillStyle = state === "hollow" ? "rgba(255,255,255,0.85)" : "rgba(255,255,255,0.35)";
  ctx.fill();
  ctx.strokeStyle = color;
  ctx.lineCap = state === "modelled" ? "round" : "butt";
  ctx.lineWidth = state === "schematic" ? 1.7 : 2;
  ctx.setLineDash(DASHES[state] ?? DASHES.hollow);
  ctx.stroke();
}

/** The small "?" of a position that nobody has checked. @param {CanvasRenderingContext2D} ctx @param {number} r */
function drawTick(ctx, r) {
  ctx.save();
  ctx.font = "700 9px system-ui, sans-serif";
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 2.5;
  ctx.strokeStyle = "#ffffff";
  ctx.strokeText("?", r + 3.5, -r - 1);
  ctx.fillStyle = "#7a2e0e";
  ctx.fillText("?", r + 3.5, -r - 1);
  ctx.restore();
}

/**
 * A symbol drawn once, to be used many times; a dense one is a small plain dot.
 * @param {Record<string, any>} style @param {State} state
 * @param {{unverified: boolean, ratio: number, dense?: boolean, factor?: number}} options
 * @returns {{image: HTMLCanvasElement, half: number}} half its side, device pixels
 */
export function makeSprite(style, state, { unverified, ratio, dense = false, factor = 1 }) {
  const radius = dense ? 2.6 : radiusOf(style) * factor;
  const half = Math.ceil((dense ? radius + 1 : radius * 1.4 + 9) * ratio);
  const image = document.createElement("canvas");
  image.width = image.height = half * 2;
  const ctx = image.getContext("2d");
  ctx.translate(half, half);
  ctx.scale(ratio, ratio);
  if (dense) drawDot(ctx, colorOf(style), state, radius);
  else drawSymbol(ctx, style, state, { unverified, radius });
  return { image, half };
}

/** @param {CanvasRenderingContext2D} ctx @param {string} color @param {State} state @param {number} r */
function drawDot(ctx, color, state, r) {
  const hollow = state !== "solid" && state !== "ring";
  ctx.globalAlpha = state === "schematic" ? 0.5 : 1;
  ctx.beginPath();
  ctx.arc(0, 0, hollow ? r - 0.5 : r, 0, TAU);
  ctx.fillStyle = hollow ? "rgba(255,255,255,0.6)" : color;
  ctx.fill();
  if (!hollow) return;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.stroke();
}

/**
 * A swatch for panel and legend.
 * @param {Record<string, any>} style @param {State} state
 * @param {{unverified?: boolean, size?: number}} [options]
 * @returns {HTMLCanvasElement}
 */
export function swatch(style, state, { unverified = false, size = 26 } = {}) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  canvas.className = "atlas-swatch";
  canvas.style.width = canvas.style.height = `${size}px`;
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  ctx.translate(size / 2, size / 2);
  drawSymbol(ctx, style, state, { unverified, radius: Math.min(radiusOf(style), size / 2 - 5) });
  return canvas;
}

/** A short line or a filled box, for layers without points. @param {Record<string, any>} style @param {boolean} line */
export function shapeSwatch(style, line, size = 26) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  canvas.className = "atlas-swatch";
  canvas.style.width = canvas.style.height = `${size}px`;
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  ctx.strokeStyle = style.stroke || colorOf(style);
  ctx.lineWidth = Math.min(Number(style["stroke-width"] ?? 2), 4);
  ctx.setLineDash(dashOf(style));
  ctx.beginPath();
  if (line) {
    ctx.moveTo(3, size - 7);
    ctx.bezierCurveTo(size * 0.4, size - 8, size * 0.5, 8, size - 3, 7);
  } else {
    ctx.rect(4.5, 7.5, size - 9, size - 15);
    ctx.fillStyle = style.fill || "transparent";
    ctx.globalAlpha = Number(style["fill-opacity"] ?? 0.4);
    ctx.fill();
    ctx.globalAlpha = 1;
  }
  ctx.stroke();
  return canvas;
}

/** "6 4" or "6,4" -> [6, 4]. @param {Record<string, any>} style @returns {number[]} */
export function dashOf(style) {
  return String(style["stroke-dasharray"] ?? "").split(/[\s,]+/).map(Number).filter((n) => n > 0);
}
