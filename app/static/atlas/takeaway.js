/**
 * Exports without a server: the rows on the screen become a GeoJSON file in the browser (RFC 7946, WGS-84).
 */

export class TakeAway {
  /** @param {any} atlas @param {any} data what the file holds */
  constructor(atlas, data) {
    Object.assign(this, { atlas, data });
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[data-export]") : null;
      if (!link) return;
      event.preventDefault();
      this.save(link.dataset.export);
    }, true);
  }

  /** @param {string} name a layer, or "shown" for all that is drawn */
  save(name) {
    const ids = name === "shown" ? this.atlas.view.l : [name];
    const file = new Blob([JSON.stringify(this.collection(ids))], { type: "application/geo+json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `shanghai-atlas-${name}-${this.data.data_version}.geojson`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** @param {string[]} ids of layers */
  collection(ids) {
    const { atlas, data } = this;
    const features = ids.flatMap((id) => {
      const table = atlas.store.tables.get(id);
      const rows = table ? [...table.mask.keys()].filter((row) => table.mask[row]) : [];
      return rows.map((row) => feature(table.features[row], atlas.store.decl(id)));
    });
    const { view } = atlas;
    return {
      type: "FeatureCollection",
      title: data.texts.title.join(" "),
      data_version: data.data_version,
      data_date: data.data_date,
      filter: { districts: view.d, sectors: view.s, location_methods: view.p, towns: view.t },
      rows: features.length,
      coordinates: "WGS-84 longitude, latitude (RFC 7946)",
      sources: data.metadata.filter((paper) => ids.includes(paper.layer)),
      features,
    };
  }
}

/** A row as it leaves: its card's lines as plain text. @param {any} row @param {any} decl */
function feature(row, decl) {
  const { card, ...properties } = row.properties;
  const told = (card ?? []).map((line) => [line.label_zh, line.value_zh, line.source_zh].filter(Boolean).join("："));
  const kind = ["modelled", "reference"].includes(decl.role) ? decl.role : "compiled";
  return { type: "Feature", properties: { layer: decl.id, data_kind: kind, ...properties, told }, geometry: row.geometry };
}
