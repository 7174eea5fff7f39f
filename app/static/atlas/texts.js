/**
 * The words of the map: looked up by key in the manifest, in the reader's language.
 */
export class Texts {
  /**
   * @param {Record<string, [string, string]>} texts key -> [zh, en]
   * @param {string} lang "zh" or "en"
   */
  constructor(texts, lang) {
    this.texts = texts;
    this.lang = lang === "en" ? "en" : "zh";
    /** @type {Intl.NumberFormat[]} by number of decimals */
    this.formats = [];
  }

  /**
   * The text of a key; an unknown key is shown as it is, so that a missing text is seen and not hidden.
   * @param {string} key
   * @param {Record<string, string|number>} [values] for {name} places in the text
   */
  t(key, values = {}) {
    const pair = this.texts[key];
    let text = pair ? pair[this.lang === "en" ? 1 : 0] : key;
    for (const [name, value] of Object.entries(values)) text = text.split(`{${name}}`).join(String(value));
    return text;
  }

  /** @param {string} key */
  has(key) {
    return Boolean(this.texts[key]);
  }

  /**
   * A bilingual value of a record: name_zh/name_en, title_zh/title_en ...; the other language where one is empty.
   * @param {Record<string, any>} record @param {string} [stem]
   */
  of(record, stem = "name") {
    const other = this.lang === "en" ? "zh" : "en";
    return String(record[`${stem}_${this.lang}`] || record[`${stem}_${other}`] || "");
  }

  /** A number in the reader's notation. @param {number} value @param {number} [digits] */
  number(value, digits = 0) {
    this.formats[digits] ??= new Intl.NumberFormat(this.lang === "en" ? "en-GB" : "zh-CN", {
      minimumFractionDigits: digits, maximumFractionDigits: digits,
    }); // making one takes longer than all else that a legend does
    return this.formats[digits].format(value);
  }

  /** A length: metres below 1 km, kilometres above. @param {number} metres */
  length(metres) {
    return metres < 1000 ? `${this.number(metres)} m` : `${this.number(metres / 1000, metres < 100000 ? 2 : 1)} km`;
  }
}
