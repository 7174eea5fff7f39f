/**
 * Where the one-file atlas begins: it stands in for the host page and its server. Everything is in the document.
 */
import { offer } from "./assets.js";
import { el, fill } from "./dom.js";
import { Atlas } from "./map.js";
import { Proof } from "./proof.js";
import { Sheets } from "./sheets.js";
import { TakeAway } from "./takeaway.js";
import { Texts } from "./texts.js";

const LISTS = ["d", "s", "l", "p", "t"];
const LANGUAGES = [["zh", "中文"], ["en", "English"]];

class Page {
  /** @param {any} data what app/documents/single_file/document.py wrote */
  constructor(data) {
    this.data = data;
    this.lang = new URLSearchParams(window.location.search).get("lang") ?? data.lang;
    this.head = document.querySelector(".sf-head");
    const root = document.querySelector(".atlas-root");
    const manifest = data.content[data.manifest];
    offer(data.content);
    const { map, layers } = window.__atlas;
    delete window.__atlas;
    this.atlas = new Atlas({ L: window.L, map, root, decls: layers, basemaps: [], manifest, memory: { seq: 0, command: null, session: null, mounted: false } });
    this.proof = new Proof(data.evidence);
    this.sheets = new Sheets(document.querySelector(".sf-tables"), data.tables, this.atlas, (figure) => this.proof.open(figure));
    this.takeAway = new TakeAway(this.atlas, data);
    this.view = viewOf(window.location.search, data.view, manifest, layers);
  }

  /** Draw everything in the language of now. */
  async speak() {
    const texts = new Texts(this.data.texts, this.lang);
    const { atlas } = this;
    document.documentElement.lang = this.lang === "en" ? "en" : "zh-CN";
    document.title = texts.t("title");
    fill(
      this.head,
      el("div", {}, el("h1", { text: texts.t("title") }), el("p", { class: "sf-sub", text: texts.t("subtitle") })),
      el("div", { class: "sf-languages", role: "group" }, ...LANGUAGES.map(([code, name]) => this.language(code, name))),
      el("p", { class: "sf-version", text: texts.t("sf_version", { version: this.data.data_version, date: this.data.data_date }) }),
      el("p", { class: "sf-version", text: texts.t("breakfast_status") }),
    );
    this.proof.texts = texts;
    this.sheets.texts = texts;
    await atlas.receive({ data: this.call(), setStateValue: () => this.sheets.refresh(), setTriggerValue: (name, value) => this.hear(name, value) });
    this.sheets.build();
  }

  /** What the host would say to the map. */
  call() {
    const view = this.atlas.ready ? this.atlas.view : this.view;
    return { lang: this.lang, view, seq: this.atlas.memory.seq, page: {}, session: "file", picked: this.atlas.picked, command: null, results: [] };
  }

  /** @param {string} name @param {any} value what the reader did on the map */
  hear(name, value) {
    if (name === "evidence") this.proof.open(value.id);
    if (name === "pick") this.sheets.mark(value.layer && value.id ? `${value.layer}/${value.id}` : "");
  }

  /** @param {string} code @param {string} name */
  language(code, name) {
    const choose = () => {
      this.lang = code;
      this.speak();
    };
    return el("button", { type: "button", lang: code === "en" ? "en" : "zh-CN", "aria-pressed": String(code === this.lang), text: name, on: { click: choose } });
  }
}

/** The address's view where it names one, unknown codes left out; else the one written into the file. */
function viewOf(search, given, manifest, layers) {
  const known = {
    d: manifest.districts.map((each) => each.code), s: manifest.sectors.map((each) => each.code),
    p: manifest.methods.map((each) => each.code), t: manifest.towns, l: layers.map((each) => each.id),
  };
  const asked = new URLSearchParams(search);
  const view = { ...given };
  for (const name of LISTS) {
    if (asked.has(name)) view[name] = asked.get(name).split(",").filter((code) => known[name].includes(code));
  }
  return view;
}

const page = new Page(JSON.parse(document.getElementById("atlas-data").textContent));
page.speak();

export default Page;
