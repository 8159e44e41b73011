// What came out: the verdict in words, its cases, the certificate, and what to change.
import { byId, element, putPage, show } from "./element.js";

/** Show what was decided; the certificate, and what can be done with it, come after it. */
export function showVerdict(answer) {
  const verdict = byId("verdict");
  verdict.replaceChildren(...marked(answer.headline));
  byId("words").textContent = answer.words;
  const rows = answer.cases.map(({ scope, tier, kappa, verdict }) =>
    element(
      "tr",
      {},
      ...[scope, tier ?? "undecided", kappa ?? ""].map((text) => element("td", {}, text)),
      element("td", {}, ...marked(verdict)),
    ),
  );
  byId("cases").tBodies[0].replaceChildren(...rows);
  show(byId("cases"), rows.length > 1);
  show(byId("certificate"), false);
  for (const button of byId("tools").querySelectorAll("button")) button.disabled = true;
  show(byId("verified"), false);
  show(byId("repairs"), false);
  byId("told").textContent = "";
  show(byId("answer"));
  document.title = `${answer.verdict}: ${answer.title} - symcheck`;
}

/** Show the certificate of the verdict that is shown. */
export function showCertificate(answer) {
  putPage(byId("page"), answer.page);
  show(byId("certificate"));
  for (const button of byId("tools").querySelectorAll("button")) button.disabled = false;
}

/** Show the repairs of `answer`, each with a button that calls `certify` with the repair and its place. */
export function showRepairs(answer, certify) {
  const cards = answer.repairs.map((repair, place) => {
    const card = element("article", { class: "repair" });
    const text = element("div", { class: "scrolls" });
    putPage(text, repair.page);
    const button = element("button", { type: "button" }, "Certify this");
    button.setAttribute("aria-label", `Certify this: ${repair.title}`);
    button.addEventListener("click", () => certify(repair, place));
    card.append(text, button);
    return card;
  });
  const others = element("div", { class: "scrolls" });
  if (answer.others) putPage(others, answer.others);
  byId("repair-list").replaceChildren(...cards, ...(answer.others ? [others] : []));
  show(byId("repairs"), cards.length > 0 || Boolean(answer.others));
}

/** Show what the small checker said in `target`. */
export function showVerified(target, answer) {
  if (answer.error) target.replaceChildren(element("pre", { class: "error" }, answer.error.message));
  else putPage(target, answer.page);
  show(target);
}

/** `text` with its verdicts as elements that have a colour: they are words as well. */
function marked(text) {
  return text.split(/\b(PROVED|REFUTED|UNDECIDED)\b/).map((part, place) => {
    return place % 2 ? element("strong", { class: `verdict ${part.toLowerCase()}` }, part) : part;
  });
}
