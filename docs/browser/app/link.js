// The link that restores what was asked: the fields of the page behind the # of the address.

export const FIELDS = ["loss", "penalty", "parameters", "classes"];
const LONGEST = 20000;

/** The fields in the address, null if it has none of them; what it does not know is passed over. */
export function fieldsInAddress() {
  const found = new URLSearchParams(location.hash.slice(1, LONGEST));
  if (!FIELDS.some((name) => found.has(name))) return null;
  return Object.fromEntries(FIELDS.map((name) => [name, (found.get(name) ?? "").replace(/[\r\n]+/g, " ")]));
}

/** The address of this page with these `fields`; those that are empty are left out, the penalty apart. */
export function addressOf(fields) {
  const kept = FIELDS.filter((name) => name === "penalty" || fields[name] !== "");
  const query = new URLSearchParams(kept.map((name) => [name, fields[name]]));
  return `${location.origin}${location.pathname}${location.search}#${query}`;
}

/** Put `fields` into the address, so that a copy of it, a bookmark and a reload ask the same. */
export function keepInAddress(fields) {
  history.replaceState(null, "", addressOf(fields));
}
