/**
 * Where the atlas's script begins. On the front page it opens the map at once, at the place where the host will put it,
 * and has the host start (host_start.js) when the map is drawn; the host's first call then takes the map over as it is.
 */
import { el } from "./dom.js";
import { expectedFrame } from "./frame.js";
import { give } from "./assets.js";
import { mount, openAhead } from "./mount.js";

const tag = document.getElementById("atlas-ahead");
if (tag) open(JSON.parse(tag.dataset.facts));

// The host's loader finds the door here: even a finished import waits its turn behind whatever a rerun makes it do.
window.__atlasDoor = { address: import.meta.url, open: mount };

export default mount;

/** @param {any} facts what the host will say in its first call; `opening`: data of the first drawing */
async function open(facts) {
  try {
    const { x, y, width } = expectedFrame(window.innerWidth);
    const place = el("div", { class: "atlas-ahead" });
    Object.assign(place.style, { position: "fixed", zIndex: "1000", left: `${x}px`, top: `${y}px`, width: `${width}px` });
    document.body.append(place);
    give(facts.opening);
    await openAhead(facts, place);
  } finally {
    window.__atlasStartHost(); // host_start.js; it does not wait for ever
  }
}
