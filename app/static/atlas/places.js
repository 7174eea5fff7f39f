/**
 * What can be said of a row in one line: its name, its layer, how its position is known.
 */

/** @param {any} atlas @param {{decl: any, table: any, row: number}} entry */
export function nameOf({ texts }, { decl, table, row }) {
  const props = table.props(row);
  return (props && texts.of(props)) || `${texts.of(decl, "title")} · ${table.id(row)}`;
}

/** "场址级 ±1,000 m", and that nobody has checked it where that is so. @param {any} atlas @param {{decl: any, table: any, row: number}} entry */
export function locationOf({ texts, manifest }, { table, row }) {
  const props = table.props(row);
  const method = manifest.methods[table.method[row]];
  if (!method) return "";
  const accuracy = accuracyOf({ manifest }, { table, row });
  const parts = [texts.of(method)];
  if (accuracy) parts.push(`±${texts.length(accuracy)}`);
  if (props?.unverified) parts.push(texts.t("unverified_short"));
  return parts.join(" · ");
}

/** Metres, or null where the position says nothing about distance. @param {any} atlas @param {{table: any, row: number}} entry */
export function accuracyOf({ manifest }, { table, row }) {
  const props = table.props(row);
  const value = props ? props.accuracy_m : manifest.methods[table.method[row]]?.accuracy_m;
  return Number(value) > 0 ? Number(value) : null;
}
