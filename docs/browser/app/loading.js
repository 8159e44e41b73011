// Until Python is there: how far it is, and what to do where it cannot come.
import { byId, element, show } from "./element.js";

const STAGES = {
  download: "Loading Python, SymPy and FLINT",
  unpack: "Unpacking",
  flint: "Starting FLINT, which does the exact arithmetic",
  symcheck: "Starting symcheck, with a first certificate",
};
const INSTEAD = "Another browser may do, or symcheck on your machine, which the documentation says how to install.";

/** Why Python cannot run here, as sentences; "" if it can. */
export function missing() {
  if (location.protocol === "file:") {
    return "This page was opened as a file, and browsers load no WebAssembly from files. Serve its folder instead: make try, or python -m http.server in it.";
  }
  if (typeof WebAssembly !== "object") return `This browser has no WebAssembly, or it is switched off. ${INSTEAD}`;
  if (typeof Worker !== "function" || !hasModuleWorkers()) return `This browser has no module workers. ${INSTEAD}`;
  return "";
}

function hasModuleWorkers() {
  let isAsked = false;
  const options = {
    get type() {
      isAsked = true;
      return "module";
    },
  };
  try {
    new Worker("data:,", options).terminate();
  } catch {
    // A browser that may not load such a worker has asked for its type nevertheless.
  }
  return isAsked;
}

/** Follow `python` until it is ready, or say why it does not come. */
export function follow(python) {
  const [bar, text, section] = ["loading-bar", "loading-text", "loading"].map(byId);
  python.addEventListener("progress", ({ detail }) => {
    show(section);
    if (detail.bytes === undefined) {
      text.textContent = `${STAGES[detail.stage]}.`;
      if (detail.stage !== "download") bar.removeAttribute("value");
      return;
    }
    bar.max = detail.total;
    bar.value = Math.min(detail.bytes, detail.total);
    text.textContent = `${STAGES.download}: ${megabytes(detail.bytes)} of ${megabytes(detail.total)} MB.`;
  });
  python.addEventListener("ready", () => {
    show(section, false);
    show(byId("failure"), false);
  });
  python.addEventListener("failed", ({ detail }) => {
    show(section, false);
    fail(`Python could not be started: ${detail}. Is there a network? The first visit needs one.`, () => python.stop());
  });
}

/** Say that something failed, with a button that tries `again` if there is anything to try. */
export function fail(message, again = null) {
  const place = byId("failure");
  place.replaceChildren(element("p", {}, message));
  if (again !== null) {
    const button = element("button", { type: "button" }, "Try again");
    button.addEventListener("click", () => {
      show(place, false);
      again();
    });
    place.append(button);
  }
  show(place);
}

/** Bytes as megabytes, rounded. */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
