/**
 * The door between the host page and the map. The host calls `mount` at every change of its data; the live
 * map is kept from call to call, so that pan and zoom survive, and is built anew after it was taken off the page.
 */
import { fetchJson, loadLibraries, runScript } from "./assets.js";
import { Atlas } from "./map.js";
import { el } from "./dom.js";

const GRACE_MS = 1500;
const AHEAD = "ahead";

/** @type {Map<string, Session>} */
const sessions = new Map();

class Session {
  constructor() {
    this.latest = null;
    this.done = null;
    /** @type {Promise<void>|null} */
    this.running = null;
    /** @type {Atlas|null} */
    this.atlas = null;
    this.root = null;
    /** Where the map stands before the host page is there. @type {HTMLElement|null} */
    this.ahead = null;
    /** What must outlive a rebuild: sequence number, last command, the host's session, whether this is the first map on the page. */
    this.memory = { seq: 0, command: null, session: null, mounted: false };
  }

  /** Take a call; while one is under way only the last of those that come is kept. */
  receive(component) {
    this.latest = component;
    this.dropped = false;
    if (this.running) return this.running;
    this.running = this.drain().finally(() => { this.running = null; });
    return this.running;
  }

  async drain() {
    while (this.latest !== this.done) {
      const component = this.latest;
      try {
        await this.step(component);
      } catch (error) {
        this.complain(component, error);
      }
      this.done = component;
    }
  }

  async step(component) {
    const { data, parentElement } = component;
    if (this.atlas && this.builtFrom !== data.map_script) this.destroy();
    if (!this.atlas) await this.build(component);
    if (this.root.parentElement !== parentElement) {
      parentElement.append(this.root);
      this.ahead?.remove();
      this.ahead = null;
    }
    await this.atlas.receive(this.latest.data.map_script === data.map_script ? this.latest : component);
  }

  async build({ data, parentElement }) {
    const [L, manifest] = await Promise.all([loadLibraries(data.assets), fetchJson(data.manifest)]);
    await connected(parentElement);
    const container = el("div", { class: "folium-map atlas-map", id: data.map_id });
    this.root = el("div", { class: "atlas-root" }, container);
    parentElement.replaceChildren(this.root);
    await runScript(data.map_script);
    const { map, layers, basemaps } = window.__atlas;
    delete window.__atlas;
    this.builtFrom = data.map_script;
    this.atlas = new Atlas({ L, map, root: this.root, decls: layers, basemaps: basemaps ?? [], manifest, memory: this.memory });
    this.memory.mounted = true;
  }

  /** The host took us off: wait a little, because it may only be moving us, then let the map go. */
  release() {
    this.dropped = true;
    setTimeout(() => {
      if (this.dropped && !this.root?.isConnected) this.destroy();
    }, GRACE_MS);
  }

  destroy() {
    this.atlas?.destroy();
    this.root?.remove();
    this.atlas = this.root = this.builtFrom = null;
  }

  complain({ data, parentElement }, error) {
    console.error("atlas:", error);
    if (this.atlas) return;
    if (this.ahead) { // the host will try again, and say so if it fails as well
      this.ahead.remove();
      this.ahead = null;
      return;
    }
    const text = data.lang === "en" ? "The map could not be loaded." : "地图未能加载。";
    parentElement.replaceChildren(el("div", { class: "atlas-failed", role: "alert", text: `${text} (${error.message})` }));
  }
}

/** Resolve once the element is in the document: the map's script looks its container up by id. @param {HTMLElement} node */
function connected(node) {
  return new Promise((resolve, reject) => {
    let tries = 0;
    const look = () => {
      if (node.isConnected) resolve();
      else if (++tries > 600) reject(new Error("the component was never put on the page"));
      else requestAnimationFrame(look);
    };
    look();
  });
}

/**
 * Open the map before the host is there; its first call takes it over.
 * @param {any} data the map's facts, as in a call of the host
 * @param {HTMLElement} place where it stands until then
 * @returns {Promise<void>} kept when the map is drawn
 */
export function openAhead(data, place) {
  if (sessions.size) return Promise.resolve(); // the host was faster
  const session = new Session();
  session.ahead = place;
  sessions.set(AHEAD, session);
  return session.receive({ data, parentElement: place, ahead: true });
}

/** @param {string} key @returns {Session} */
function sessionOf(key) {
  const session = sessions.get(key) ?? sessions.get(AHEAD) ?? new Session();
  sessions.delete(AHEAD);
  return session;
}

/**
 * @param {{data: any, key?: string, parentElement: HTMLElement, setStateValue: Function, setTriggerValue: Function}} component
 * @returns {() => void} to be called when the host takes the component off
 */
export function mount(component) {
  const key = component.key ?? "atlas";
  const session = sessionOf(key);
  sessions.set(key, session);
  session.receive(component);
  return () => session.release();
}
