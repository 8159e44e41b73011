// Files for the reader.

/** Offer `text` as a file called `name`. */
export function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** A file name for what was asked: letters and digits of it. */
export function fileName(fields, ending) {
  const words = [fields.loss, fields.penalty].filter(Boolean).join("-").replace(/[^A-Za-z0-9]+/g, "_");
  return `${words.replace(/^_+|_+$/g, "").slice(0, 60) || "certificate"}.${ending}`;
}
