// Python as the page sees it: it is started, asked and, where an answer does not come, stopped.

/** Python in a worker of its own.  Its events: "progress", "ready", "failed"; `detail` says what. */
export class Python extends EventTarget {
  #worker = null;
  #waiting = new Map();
  #asked = 0;
  #total;
  isReady = false;

  /** `total`: how many bytes the start takes, as the manifest lists them. */
  constructor(total) {
    super();
    this.#total = total;
    this.#start();
  }

  /** The answer of engine.py to `question`, with the `milliseconds` that it took; rejected if Python is stopped. */
  ask(question) {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { question, resolve, reject });
      if (this.isReady) this.#worker.postMessage({ id, question });
    });
  }

  /** End whatever runs, and start again: what has been asked is not answered any more. */
  stop() {
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Stopped());
    this.#waiting.clear();
    this.#start();
  }

  #start() {
    this.isReady = false;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => this.#tell("failed", event.message || "the worker could not be loaded");
  }

  #receive(data) {
    if (data.kind === "received") this.#tell("progress", { stage: "download", bytes: data.bytes, total: this.#total });
    else if (data.kind === "stage") this.#tell("progress", { stage: data.name });
    else if (data.kind === "failed") this.#tell("failed", data.message);
    else if (data.kind === "ready") {
      this.isReady = true;
      for (const [id, { question }] of this.#waiting) this.#worker.postMessage({ id, question });
      this.#tell("ready", null);
    } else {
      const { resolve } = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.kind === "ended") {
        resolve({ error: { field: "", place: null, bug: "", message: `${ENDED} (${data.message})` }, milliseconds: 0 });
        this.stop();
      } else resolve({ ...data.answer, milliseconds: data.milliseconds });
    }
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

const ENDED =
  "This is too much for Python in a browser, whose stack and memory are small: it starts again. Shorten the formula, or " +
  "certify it on your machine: the documentation says how to install symcheck.";

/** Why a question that was asked is not answered. */
export class Stopped extends Error {}
