// Python in a worker: a question comes in, the answer of engine.py goes out.
import { loadPyodide } from "./python/pyodide.mjs";

const SITE_PACKAGES = "/lib/python3.14/site-packages";
const PACKAGES = ["python/libraries.zip", "python/symcheck.zip"];

let answer;

// Pyodide fetches by itself: what arrives is counted here.
const fetched = self.fetch.bind(self);
let received = 0;
self.fetch = async (...request) => {
  const response = await fetched(...request);
  if (!response.ok || !response.body) return response;
  const counted = new TransformStream({
    transform(part, controller) {
      received += part.byteLength;
      postMessage({ kind: "received", bytes: received });
      controller.enqueue(part);
    },
  });
  return new Response(response.body.pipeThrough(counted), response);
};

async function bytesOf(address) {
  const response = await self.fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  return response.arrayBuffer();
}

function stage(name) {
  postMessage({ kind: "stage", name });
}

async function start() {
  stage("download");
  const packages = Promise.all(PACKAGES.map(bytesOf));
  const [python, archives, engine] = await Promise.all([
    loadPyodide({ indexURL: new URL("./python/", import.meta.url).href }),
    packages,
    bytesOf("python/engine.py"),
  ]);
  stage("unpack");
  for (const archive of archives) python.unpackArchive(archive, "zip", { extractDir: SITE_PACKAGES });
  stage("flint");
  await python.runPythonAsync("import flint");
  stage("symcheck");
  python.FS.writeFile(`${SITE_PACKAGES}/engine.py`, new Uint8Array(engine));
  answer = python.runPython("from engine import answer; answer");
  // The first certificate loads what the others share.
  answer(JSON.stringify({ ask: "certify", loss: "cross_entropy", penalty: "l2" }));
  postMessage({ kind: "ready" });
}

self.onmessage = ({ data }) => {
  const begun = performance.now();
  const found = JSON.parse(answer(JSON.stringify(data.question)));
  postMessage({ kind: "answer", id: data.id, answer: found, milliseconds: performance.now() - begun });
};

start().catch((error) => postMessage({ kind: "failed", message: String(error.message ?? error) }));
