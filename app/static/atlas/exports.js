/**
 * Links to /export/ anywhere on the page carry the view of the moment of the click, not of the last page run.
 */
const EVENTS = ["click", "auxclick", "contextmenu"];

export class Exports {
  /** @param {any} atlas */
  constructor(atlas) {
    this.listener = (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!link) return;
      const url = new URL(link.href, window.location.href);
      if (url.origin !== window.location.origin || !url.pathname.startsWith("/export/")) return;
      link.setAttribute("href", `${url.pathname}${atlas.query(url.search)}${url.hash}`);
    };
    for (const name of EVENTS) document.addEventListener(name, this.listener, true);
  }

  remove() {
    for (const name of EVENTS) document.removeEventListener(name, this.listener, true);
  }
}
