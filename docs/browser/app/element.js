// Elements of the page.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A new element with its attributes and children; texts are shown as they are, never read as HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Put HTML that symcheck wrote into `target`; formulas in it are MathML, and names of the reader are escaped there. */
export function putPage(target, html) {
  target.innerHTML = html;
  // Pages bring their style; this one has it already.
  for (const style of target.querySelectorAll("style")) style.remove();
}

/** Show or hide. */
export function show(target, isShown = true) {
  target.hidden = !isShown;
}

/** Leave of links to pages of the site the words: this folder may be served without them. */
export function unlinkSite() {
  for (const link of document.querySelectorAll('a[href^="../"]')) link.replaceWith(...link.childNodes);
}
