/**
 * The evidence of a stated figure in a window: value, kind, document, what agrees and what conflicts.
 */
import { el, fill } from "./dom.js";

export class Proof {
  /** @param {Record<string, any[]>} evidence figure id to its words in 中文 and English */
  constructor(evidence) {
    Object.assign(this, { evidence, texts: null });
    this.node = el("dialog", { class: "sf-proof" });
    document.body.append(this.node);
  }

  /** @param {string} figure id */
  open(figure) {
    const { texts, node } = this;
    const told = this.evidence[figure]?.[texts.lang === "en" ? 1 : 0];
    if (!told) return;
    node.setAttribute("aria-label", `${texts.t("evidence")} ${figure}`);
    fill(
      node,
      el("form", { method: "dialog" }, el("button", { class: "sf-close", text: "✕", "aria-label": texts.t("sf_close") })),
      el("h2", { text: told.value }),
      el("p", {}, el("b", { text: told.subject })),
      el("p", { class: "sf-kinds" }, ...told.kinds.map((kind) => el("span", { text: kind }))),
      el("p", { text: told.trust }),
      ...told.lines.map((line) => el("p", { class: "sf-soft", text: line })),
      el("p", {}, el("b", { text: told.source })),
      el("p", { class: "sf-soft", text: told.document }),
      el("p", { class: "sf-soft", text: texts.t("sf_passage") }),
      ...told.claims.map((claim) => el("p", { class: "sf-soft", text: claim })),
      ...told.conflicts.map((conflict) => el("p", { class: "sf-warning", text: conflict })),
      ...this.others("agreeing", told.agreeing),
      ...this.others("disagreeing", told.disagreeing),
    );
    if (!node.open) node.showModal();
  }

  /** @param {string} title @param {{id: string, text: string}[]} list */
  others(title, list) {
    if (!list.length) return [];
    const item = ({ id, text }) => el("li", {}, el("button", { type: "button", class: "sf-open", text: `${id} · ${text}`, on: { click: () => this.open(id) } }));
    return [el("h3", { text: this.texts.t(title) }), el("ul", {}, ...list.map(item))];
  }
}
