/**
 * Plays the host page of the map: holds the data, answers each change of the view with a new call, as a rerun would.
 * Query: points=N adds a synthetic columns layer, hostile=1 a layer of hostile names; lang, d, s, l, p, t as in the app.
 */
const query = new URLSearchParams(window.location.search);
const sig = query.get("hostile") ? "hostile" : `p${Number(query.get("points") ?? 0)}`;
const slot = document.getElementById("slot");
const list = (name) => (query.get(name) ? query.get(name).split(",") : []);

const manifest = await (await fetch(`/manifest.json?v=${sig}`)).json();
const layers = query.get("l") === "none" ? [] : query.get("l") ? list("l") : manifest.harness_defaults[sig] ?? manifest.harness_defaults.p0;

const harness = {
  states: [], picks: [], triggers: [], calls: 0, delay: 30,
  data: {
    lang: query.get("lang") === "en" ? "en" : "zh",
    view: { d: list("d"), s: list("s"), l: layers, p: list("p"), t: list("t"), coarse: query.get("coarse") === "1" },
    seq: 0, command: null, picked: null, session: "harness", assets: "/assets/dev", manifest: `/manifest.json?v=${sig}`,
    map_script: `/maps/${sig}.js`, map_id: "map_harness",
  },
  /** A rerun with other data. */
  async send(partial) {
    Object.assign(harness.data, partial);
    const mount = (await import(`${harness.data.assets}/atlas/entry.js`)).default;
    harness.calls += 1;
    harness.cleanup = mount({
      data: structuredClone(harness.data), key: "atlas", parentElement: slot,
      setStateValue: (name, value) => {
        harness.states.push([name, value]);
        setTimeout(() => harness.send({ seq: value.seq, view: value.view }), harness.delay);
      },
      setTriggerValue: (name, value) => {
        harness.triggers.push([name, value]);
        if (name !== "pick") return;
        harness.picks.push([name, value]);
        setTimeout(() => harness.send({ picked: value.id === null ? null : { layer: value.layer, id: value.id } }), harness.delay);
      },
    });
  },
  unmount() {
    harness.cleanup();
    slot.replaceChildren();
  },
  get root() {
    return document.querySelector(".atlas-root");
  },
};
window.harness = harness;
await harness.send({});
