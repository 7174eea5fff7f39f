/**
 * Stands in the front page itself, so that it cannot fail to load: starts the host page, once. The map's script asks for
 * that when the map is drawn (atlas/entry.js). If that script fails, or takes too long, the host starts without it.
 */
(() => {
  const PATIENCE_MS = 3000;
  const { script, links } = JSON.parse(document.getElementById("atlas-ahead").dataset.facts).host;
  let isStarted = false;

  function start() {
    if (isStarted) return;
    isStarted = true;
    for (const [rel, href] of links) document.head.append(element("link", { rel, crossorigin: "", href }));
    document.head.append(element("script", { type: "module", crossorigin: "", src: script }));
  }

  function element(name, attributes) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  window.__atlasStartHost = start;
  window.addEventListener("error", start, true); // captured: a script that does not load says so to nobody above it
  window.addEventListener("unhandledrejection", start);
  setTimeout(start, PATIENCE_MS);
})();
