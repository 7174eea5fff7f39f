/**
 * The small note beside the pointer.
 */
import { el, fill } from "./dom.js";
import { locationOf, nameOf } from "./places.js";

export class Tooltip {
  /** @param {any} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.node = el("div", { class: "atlas-tip", role: "tooltip", hidden: true });
    atlas.map.getContainer().append(this.node);
  }

  /** @param {{decl: any, table: any, row: number}[]} entries sharing one place @param {{x: number, y: number}} at container pixels */
  show(entries, at) {
    const { texts } = this.atlas;
    const [first] = entries;
    fill(
      this.node,
      el("strong", { text: nameOf(this.atlas, first) }),
      el("span", { text: texts.of(first.decl, "title") }),
      el("span", { text: locationOf(this.atlas, first) }),
      entries.length > 1 && el("em", { text: texts.t("tip_more", { n: entries.length }) }),
    );
    this.node.hidden = false;
    this.place(at);
  }

  /** Beside the pointer, always inside the map. */
  place({ x, y }) {
    const size = this.atlas.map.getSize();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const left = x + 16 + width > size.x ? x - width - 12 : x + 16;
    const top = Math.max(4, Math.min(y + 14, size.y - height - 4));
    this.node.style.transform = `translate(${Math.max(4, Math.round(left))}px, ${Math.round(top)}px)`;
  }

  hide() {
    this.node.hidden = true;
  }

  remove() {
    this.node.remove();
  }
}
