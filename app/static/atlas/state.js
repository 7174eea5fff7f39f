/**
 * The map's state as attributes of its root, so that a test waits for facts and never sleeps.
 */
import { hashShown } from "./filter.js";

/** @param {HTMLElement} root @param {Record<string, string>} values dataset names */
export function publish(root, values) {
  Object.assign(root.dataset, values);
}

/** @param {HTMLElement} root @param {{decl: any, table: any}[]} sheets @param {any} view */
export function publishShown(root, sheets, view) {
  const layers = sheets.map(({ decl, table }) => ({ id: decl.id, table }));
  publish(root, {
    shown: String(layers.reduce((sum, { table }) => sum + table.shown, 0)),
    shownIdsHash: hashShown(layers),
    view: JSON.stringify(view),
  });
}
