// Keeps the files of the page, all of one version: after the first visit it works without a network.
const HERE = new URL("./", self.location).href;
const MANIFEST = "manifest.json";
const PREFIX = "symcheck-";

/** The names of the versions that are kept whole, the oldest first: the manifest of one is put last. */
async function versions() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const whole = await Promise.all(names.map(async (name) => (await caches.open(name)).match(MANIFEST)));
  return names.filter((_, place) => whole[place]);
}

/** Fetch the version that is there now, unless it is kept already; the browser's own cache saves what has not changed. */
async function keep() {
  const listed = await fetch(MANIFEST, { cache: "no-cache" });
  if (!listed.ok) throw new Error(`${MANIFEST}: the server answered ${listed.status}`);
  const { version, files } = await listed.clone().json();
  const name = PREFIX + version;
  if ((await versions()).includes(name)) return;
  await caches.delete(name);
  const cache = await caches.open(name);
  await cache.addAll(["./", ...Object.keys(files)].map((file) => new Request(file, { cache: "no-cache" })));
  await cache.put(MANIFEST, listed);
}

/** The answer from what is kept; a page and what it loads later come from the same version. */
async function answered(request) {
  const [oldest] = await versions();
  const kept = oldest && (await (await caches.open(oldest)).match(request, { ignoreSearch: true }));
  return kept ?? fetch(request);
}

/** A page is opened: it gets the newest version, and those before it go. */
async function opened(request) {
  const older = (await versions()).slice(0, -1);
  await Promise.all(older.map((name) => caches.delete(name)));
  return answered(request);
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(HERE)) return;
  if (request.mode !== "navigate") return event.respondWith(answered(request));
  const response = opened(request);
  event.respondWith(response);
  // What is newer is fetched beside, and shown when the page is opened again.
  event.waitUntil(response.then(keep).catch(() => {}));
});
