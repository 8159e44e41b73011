// A notebook whose cells run here, one after the other, in the Python of this page.
import { byId, element, putPage, show, unlinkSite } from "./element.js";
import { fail, follow, missing } from "./loading.js";
import { Python, Stopped } from "./python.js";

let python;
let cells = []; // the code cells of the notebook that is shown: { source, output, run }
let isRunning = false;
let isBesideSite = true;

/** The name behind the # of the address, or the first one there is. */
function nameAsked(known) {
  const asked = decodeURIComponent(location.hash.slice(1)).replace(/\.ipynb$/, "");
  return known.includes(asked) ? asked : known[0];
}

async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  return response.json();
}

function prose(cell) {
  const made = element("div", { class: "prose" });
  made.innerHTML = cell.html;
  return made;
}

/** A code cell as the page shows it; what runs it is added to `all`. */
function code(cell, all) {
  const number = all.length + 1;
  const source = element("textarea", { rows: "1", spellcheck: "false", autocapitalize: "off", "aria-label": `Cell ${number}` });
  source.value = cell.source;
  const output = element("div", { class: "output scrolls", "aria-live": "polite" });
  if (cell.stored) putPage(output, cell.stored);
  const button = element("button", { type: "button", "aria-label": `Run cell ${number}` }, "Run");
  const kept = { source, output, state: "stored" };
  button.addEventListener("click", () => runFrom([kept]));
  source.addEventListener("input", () => fit(source));
  source.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      runFrom([kept]).then(() => cells[cells.indexOf(kept) + 1]?.source.focus());
    }
  });
  all.push(kept);
  const body = element("div", { class: "cell" }, element("div", { class: "source" }, source, button), output);
  if (!cell.is_solution) return body;
  const folded = element("details", { class: "solution" }, element("summary", {}, "Solution"), body);
  folded.addEventListener("toggle", () => fit(source));
  return folded;
}

/** A text field as high as its text. */
function fit(source) {
  source.style.height = "auto";
  source.style.height = `${source.scrollHeight + 2}px`;
}

/** Run `some` cells in their order, until one of them raises. */
async function runFrom(some) {
  if (isRunning || !python) return;
  isRunning = true;
  show(byId("stop"));
  try {
    for (const [place, cell] of some.entries()) {
      if (some.length > 1) byId("working").textContent = `cell ${place + 1} of ${some.length}`;
      if (!(await run(cell))) return;
    }
    byId("working").textContent = some.length > 1 ? told() : "";
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    byId("working").textContent = "stopped; Python starts again, and the names that cells made are gone";
  } finally {
    isRunning = false;
    show(byId("stop"), false);
  }
}

/** Run one cell; whether the next may follow. */
async function run(cell) {
  cell.output.setAttribute("aria-busy", "true");
  const answer = await python.ask({ ask: "run", source: cell.source.value }).finally(() => cell.output.removeAttribute("aria-busy"));
  const stored = cell.output.querySelector(".stored") ?? element("div", { class: "stored" }, ...cell.output.childNodes);
  cell.output.replaceChildren();
  if (answer.printed) cell.output.append(element("pre", {}, answer.printed));
  if (answer.shown) {
    const shown = element("div", {});
    putPage(shown, answer.shown);
    cell.output.append(shown);
  }
  if (answer.is_left_out) cell.output.append(stored);
  if (answer.raised || answer.error) {
    cell.output.append(element("pre", { class: "error" }, answer.raised || answer.error.message || answer.error.bug));
  }
  cell.state = answer.is_left_out ? "left out" : answer.raised || answer.error ? "raised" : "run";
  cell.output.dataset.state = cell.state;
  if (cell.state === "raised") byId("working").textContent = "a cell raised: the others were not run";
  return cell.state !== "raised";
}

function told() {
  const count = (state) => cells.filter((cell) => cell.state === state).length;
  return `${count("run")} cells ran, ${count("left out")} were left out`;
}

async function open() {
  const titles = await json("notebooks.json");
  const name = nameAsked(Object.keys(titles));
  const notebook = await json(`notebooks/${name}.json`);
  const links = Object.entries(titles).map(([other, title]) =>
    element("a", other === name ? { href: `#${other}`, "aria-current": "page" } : { href: `#${other}` }, title),
  );
  byId("notebooks").replaceChildren(...links);
  const all = [];
  const made = notebook.cells.map((cell) => (cell.kind === "prose" ? prose(cell) : code(cell, all)));
  byId("cells").replaceChildren(...made);
  cells = all;
  if (!isBesideSite) unlinkSite();
  cells.forEach(({ source }) => fit(source));
  document.title = `${notebook.title} - symcheck`;
  byId("working").textContent = "";
  byId("run-all").disabled = false;
}

/** Forget the names that cells made, and show the notebook as it is stored. */
async function startAgain() {
  // Questions are answered in their order, so that no cell runs before the names are gone.
  if (isRunning) python.stop();
  else python?.ask({ ask: "restart" }).catch(() => {});
  await open();
}

async function begin() {
  let manifest;
  try {
    manifest = await json("manifest.json");
    ({ isBesideSite } = manifest);
    await open();
  } catch (error) {
    show(byId("loading"), false);
    fail(`The notebook does not arrive: ${error.message}. Is there a network?`, () => location.reload());
    return;
  }
  addEventListener("hashchange", startAgain);
  byId("run-all").addEventListener("click", () => runFrom(cells));
  byId("stop").addEventListener("click", () => python.stop());
  byId("restart").addEventListener("click", startAgain);
  const why = missing();
  if (why) {
    show(byId("loading"), false);
    fail(`${why} What the cells showed when they were stored can be read.`);
    return;
  }
  python = new Python(manifest.start);
  follow(python);
}

begin();
