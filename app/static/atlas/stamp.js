/**
 * Many small points fast: symbols are stamped pixel by pixel into one image, which the canvas takes in one go. A canvas
 * drawImage costs some microseconds each, however small the symbol; at 50,000 points that is a quarter of a second.
 */

/** A symbol as pixels: offsets from its centre and colours as 32-bit words. @typedef {{dx: Int16Array, dy: Int16Array, color: Uint32Array, half: number}} Stamp */

/** @param {{image: HTMLCanvasElement, half: number}} sprite @returns {Stamp} */
export function makeStamp({ image, half }) {
  const side = image.width;
  const words = new Uint32Array(image.getContext("2d").getImageData(0, 0, side, side).data.buffer);
  const inked = [...words.keys()].filter((i) => words[i] >>> 24 > 40);
  return {
    dx: Int16Array.from(inked, (i) => (i % side) - half),
    dy: Int16Array.from(inked, (i) => Math.floor(i / side) - half),
    color: Uint32Array.from(inked, (i) => words[i]),
    half,
  };
}

/** An image as large as a canvas, kept and reused from drawing to drawing. */
export class StampImage {
  /** @param {CanvasRenderingContext2D} ctx */
  begin(ctx) {
    const { width, height } = ctx.canvas;
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = new ImageData(width, height);
      this.words = new Uint32Array(this.image.data.buffer);
    } else this.words.fill(0);
    this.width = width;
    this.height = height;
  }

  /** @param {Stamp} stamp @param {number} x device pixels @param {number} y */
  put(stamp, x, y) {
    const { words, width } = this;
    const { dx, dy, color, half } = stamp;
    if (x < half || y < half || x >= width - half || y >= this.height - half) return; // the canvas reaches beyond the view
    const centre = y * width + x;
    for (let i = 0; i < color.length; i++) {
      const at = centre + dy[i] * width + dx[i];
      // A soft edge is written only on empty ground: it must not eat into a symbol below.
      if (color[i] >>> 24 === 255 || words[at] === 0) words[at] = color[i];
    }
  }

  /** @param {CanvasRenderingContext2D} ctx */
  end(ctx) {
    ctx.putImageData(this.image, 0, 0);
  }
}
