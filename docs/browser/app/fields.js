// What is asked: the fields of the form, and errors beside the field that they are about.
import { byId, show } from "./element.js";
import { FIELDS } from "./link.js";

const SLIDER_END = 100;

/** What the fields hold. */
export function values() {
  return Object.fromEntries(FIELDS.map((name) => [name, byId(name).value.trim()]));
}

/** Put `fields` into the form; those that are missing or null stay as they are. */
export function fill(fields) {
  for (const name of FIELDS) {
    if (fields[name] !== undefined && fields[name] !== null) byId(name).value = fields[name];
  }
  showClasses();
}

/** Say `error` of engine.py beside its field, or beside the loss; the text cursor goes where reading ended, if it may. */
export function showError(error, mayFocus) {
  const name = FIELDS.includes(error.field) ? error.field : "loss";
  const input = byId(name);
  const told = byId(`${name}-error`);
  // Messages are those of the command line, where a parameter has an option and not a field.
  const isOption = error.message.includes("--param") && name !== "parameters";
  told.textContent = isOption ? `${error.message}\n(on this page: in the field Parameters)` : error.message;
  show(told);
  input.setAttribute("aria-invalid", "true");
  if (!mayFocus) return;
  input.focus();
  if (error.place !== null && error.field === name) input.setSelectionRange(error.place, error.place + 1);
}

/** Take back what was said. */
export function clearErrors() {
  for (const name of FIELDS) {
    show(byId(`${name}-error`), false);
    byId(name).removeAttribute("aria-invalid");
  }
}

/** Let the checkbox, the slider and the field of the classes say the same; `asks` is called when one of them is moved. */
export function connectClasses(asks) {
  const [every, slider, field] = ["every", "slider", "classes"].map(byId);
  every.addEventListener("change", () => {
    field.value = every.checked ? "" : slider.value;
    showClasses();
    asks();
  });
  slider.addEventListener("input", () => {
    field.value = slider.value;
    showClasses();
    asks();
  });
  field.addEventListener("change", showClasses);
  showClasses();
}

function showClasses() {
  const text = byId("classes").value.trim();
  byId("every").checked = text === "";
  const number = Number(text);
  if (Number.isInteger(number) && number >= 2) byId("slider").value = Math.min(number, SLIDER_END);
  byId("slider").classList.toggle("idle", text === "");
}
