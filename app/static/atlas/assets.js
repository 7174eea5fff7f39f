/**
 * Loading of scripts, styles and data. Classic scripts are loaded once per page; all addresses are our own origin.
 */

/** @type {Map<string, Promise<void>>} */
const once = new Map();

/** @param {string} key @param {() => Promise<void>} load */
function onceOnly(key, load) {
  if (!once.has(key)) once.set(key, load().catch((error) => { once.delete(key); throw error; }));
  return once.get(key);
}

/** Run a classic script; each call runs it again. @param {string} src */
export function runScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.async = false;
    script.addEventListener("load", () => { script.remove(); resolve(); });
    script.addEventListener("error", () => { script.remove(); reject(new Error(`script did not load: ${src}`)); });
    document.head.append(script);
  });
}

/** @param {string} href */
function addStyle(href) {
  if (document.querySelector(`link[rel="stylesheet"][href="${href}"]`)) return Promise.resolve(); // the page brought it
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(`style did not load: ${href}`)));
    document.head.append(link);
  });
}

/**
 * Leaflet, the full-screen control and our styles, each once per page; the front page has brought them where it could.
 * @param {string} base address of app/static
 */
export async function loadLibraries(base) {
  const styles = ["page.css", "vendor/leaflet/leaflet.css", "vendor/fullscreen/Control.FullScreen.css", "atlas/atlas.css"];
  // Keyed without the signature: a second Leaflet on the page would cut the first map off from its plugins.
  const loading = styles.map((path) => onceOnly(path, () => addStyle(`${base}/${path}`)));
  await onceOnly("leaflet", () => (window.L?.map ? Promise.resolve() : runScript(`${base}/vendor/leaflet/leaflet.js`)));
  await onceOnly("fullscreen", () => (window.L.Control.FullScreen ? Promise.resolve() : runScript(`${base}/vendor/fullscreen/Control.FullScreen.js`)));
  await Promise.all(loading);
  window.L.Icon.Default.imagePath = `${base}/vendor/leaflet/images/`;
  return window.L;
}

/** What came together in one answer: address to its JSON. @type {Promise<Record<string, any>>} */
let given = Promise.resolve({});

/** Fetch many JSON files in one answer. @param {string} url of an object: address to content */
export function give(url) {
  given = get(url).catch((error) => {
    console.warn("the map's data come one by one:", error.message);
    return {};
  });
}

/** Hand over what is there already. @param {Record<string, any>} bundle address to content */
export function offer(bundle) {
  given = Promise.resolve({ ...bundle });
}

/** @param {string} url */
export async function fetchJson(url) {
  const bundle = await given;
  if (!(url in bundle)) return get(url);
  const content = bundle[url];
  delete bundle[url];
  return content;
}

/** @param {string} url */
async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response.json();
}
