// The page that certifies: its fields ask Python, and what Python answers is shown.
import { showCertificate, showRepairs, showVerdict, showVerified } from "./answer.js";
import { completes } from "./completion.js";
import { byId, element, show, unlinkSite } from "./element.js";
import { clearErrors, connectClasses, fill, showError, values } from "./fields.js";
import { addressOf, fieldsInAddress, keepInAddress } from "./link.js";
import { fail, follow, megabytes, missing } from "./loading.js";
import { Python, Stopped } from "./python.js";
import { fileName, save } from "./save.js";

const SOON = 250; // milliseconds after the slider has come to rest
const SHOWN_AFTER = 800; // milliseconds, after which a question can be stopped
const LONG = 20; // seconds

const EXAMPLES = [
  ["your formula", { loss: "logsumexp(z) - z[y] + mean(z)**2", penalty: "l2", parameters: "", anchor: "", classes: "" }],
  ["cross entropy", { loss: "cross_entropy", penalty: "l2", parameters: "", anchor: "", classes: "" }],
  ["refused, with repairs", { loss: "one_vs_rest_logistic", penalty: "l2", parameters: "", anchor: "", classes: "" }],
  ["a free parameter", { loss: "gce", penalty: "entropy", parameters: "q in (0, 1]", anchor: "", classes: "" }],
  ["no penalty", { loss: "mae", penalty: "", parameters: "", anchor: "", classes: "" }],
];

let python;
let latest = 0; // the number of the last question for a certificate: only its answer is shown
let shown = null; // the fields and the answer that are shown

/** Ask for the certificate of what the fields hold; `isMoved`: by the slider, which keeps the focus. */
async function certify(isMoved = false) {
  if (!python) return;
  const number = ++latest;
  const fields = values();
  const focused = document.activeElement;
  // Whoever goes on typing while Python works keeps the cursor.
  const isStill = () => document.activeElement === focused && JSON.stringify(values()) === JSON.stringify(fields);
  clearErrors();
  keepInAddress(fields);
  const answer = await asked({ ask: "verdict", ...fields }, number);
  if (answer === null || number !== latest) return;
  if (answer.error) {
    show(byId("answer"), false);
    document.title = "Not read - symcheck";
    if (answer.error.bug) fail(`symcheck failed, which is a bug of ours; please report it with these lines. ${answer.error.bug}`);
    else showError(answer.error, isStill());
    return;
  }
  showVerdict(answer);
  if (!isMoved && isStill()) byId("verdict").focus({ preventScroll: true });
  const whole = await asked({ ask: "certify", ...fields }, number);
  if (whole === null || whole.error || number !== latest) return;
  present(fields, whole);
  if (answer.verdict !== "PROVED") await repair(fields, number);
  if (number === latest) byId("working").textContent = `${Math.round(answer.milliseconds)} ms`;
}

function present(fields, answer) {
  showCertificate(answer);
  shown = { fields, answer };
}

async function repair(fields, number) {
  const answer = await asked({ ask: "repairs", ...fields }, number);
  if (answer === null || answer.error || number !== latest) return;
  showRepairs(answer, async ({ fields: others }, place) => {
    if (others !== null) {
      fill(others);
      await certify();
    } else {
      // What has free vectors cannot be typed: its certificate is shown beside the fields as they are.
      const repaired = await asked({ ask: "repaired", place, ...fields }, ++latest);
      if (repaired !== null) {
        showVerdict(repaired);
        present(fields, repaired);
      }
      byId("verdict").focus({ preventScroll: true });
    }
    byId("verdict").scrollIntoView({ block: "center" });
  });
}

/** The answer to `question`; null if Python was stopped.  While it takes long it says so and can be stopped. */
async function asked(question, number) {
  const begun = performance.now();
  const timer = setInterval(() => {
    if (number !== latest || !python.isReady) return;
    const seconds = Math.round((performance.now() - begun) / 1000);
    if (performance.now() - begun < SHOWN_AFTER) return;
    show(byId("stop"));
    const hint = seconds > LONG ? "; Stop keeps your fields and starts Python again" : "";
    byId("working").textContent = `${seconds} s${hint}`;
  }, 200);
  try {
    return await python.ask(question);
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  } finally {
    clearInterval(timer);
    if (number === latest) {
      show(byId("stop"), false);
      byId("working").textContent = "";
    }
  }
}

function stop() {
  latest += 1;
  python.stop();
  show(byId("stop"), false);
  byId("working").textContent = "stopped; Python starts again";
}

async function verify(json, target) {
  const answer = await python.ask({ ask: "verify", text: json });
  showVerified(target, answer);
}

function connectTools() {
  byId("save-json").addEventListener("click", () => save(fileName(shown.fields, "json"), shown.answer.json, "application/json"));
  byId("save-html").addEventListener("click", () => save(fileName(shown.fields, "html"), shown.answer.html, "text/html"));
  byId("verify").addEventListener("click", () => verify(shown.answer.json, byId("verified")));
  byId("copy").addEventListener("click", async () => {
    const address = addressOf(shown.fields);
    try {
      await navigator.clipboard.writeText(address);
      byId("told").textContent = "copied";
    } catch {
      byId("told").textContent = address; // no right to the clipboard: the address bar has it too
    }
  });
  byId("file").addEventListener("change", async ({ target }) => {
    if (target.files.length) verify(await target.files[0].text(), byId("file-verified"));
  });
}

function connectExamples() {
  const buttons = EXAMPLES.map(([name, fields]) => {
    const button = element("button", { type: "button", class: "example" }, name);
    button.addEventListener("click", () => {
      fill(fields);
      certify();
    });
    return button;
  });
  byId("examples").append(...buttons);
}

function connectForm() {
  let soon = null;
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    certify();
  });
  byId("stop").addEventListener("click", stop);
  connectClasses(() => {
    clearTimeout(soon);
    soon = setTimeout(() => certify(true), SOON);
  });
  addEventListener("hashchange", () => {
    const fields = fieldsInAddress();
    if (fields === null) return;
    fill(fields);
    certify();
  });
}

/** Keep the files for a visit without a network; later than the start, which fetches the same ones. */
function keepForLater() {
  if ("serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register("sw.js").catch(() => {});
}

async function begin() {
  const fields = fieldsInAddress();
  if (fields !== null) fill(fields);
  connectForm();
  connectExamples();
  connectTools();
  const why = missing();
  if (why) {
    show(byId("loading"), false);
    fail(why);
    return;
  }
  let manifest, names;
  try {
    [manifest, names] = await Promise.all(["manifest.json", "names.json"].map(async (name) => (await fetch(name)).json()));
  } catch {
    show(byId("loading"), false);
    fail("The files of this page do not arrive. Is there a network? The first visit needs one.", () => location.reload());
    return;
  }
  if (!manifest.isBesideSite) unlinkSite();
  byId("size").textContent = `${megabytes(manifest.start)} MB`;
  byId("versions").textContent = `symcheck ${names.version}.`;
  completes(byId("loss"), byId("loss-list"), names.losses, names.functions);
  completes(byId("penalty"), byId("penalty-list"), names.penalties, names.functions);
  python = new Python(manifest.start);
  follow(python);
  if (fields !== null) certify();
  python.addEventListener("ready", keepForLater, { once: true });
}

begin();
