// A list below a field: names of the catalogue while a name is typed, functions and names inside a formula.
import { element, show } from "./element.js";

const MOST = 12;
const WORD = /[A-Za-z_][A-Za-z0-9_]*$/;

/** Offer `names` and `functions`, each with a `name` and `what` it is, below `input`, as combo boxes do. */
export function completes(input, list, names, functions) {
  let options = [];
  let chosen = -1;

  const wordBefore = () => WORD.exec(input.value.slice(0, input.selectionStart))?.[0] ?? "";
  const isOpen = () => !list.hidden;

  function close() {
    show(list, false);
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function offered(all) {
    const word = wordBefore().toLowerCase();
    const isWhole = WORD.exec(input.value)?.[0].toLowerCase() === input.value.trim().toLowerCase();
    if (!word && !(all && input.value.trim() === "")) return [];
    const rank = ({ name, also }) => {
      if (name.toLowerCase().startsWith(word)) return 0;
      if (name.toLowerCase().includes(word)) return 1;
      return (also ?? "").toLowerCase().includes(word) ? 2 : 3;
    };
    const known = isWhole || word === "" ? [...names, ...functions] : [...functions, ...names];
    return known
      .map((entry, place) => ({ entry, place, rank: rank(entry) }))
      .filter((found) => found.rank < 3 && found.entry.name.toLowerCase() !== word)
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .slice(0, MOST)
      .map((found) => found.entry);
  }

  function open(all = false) {
    options = offered(all);
    if (options.length === 0) return close();
    chosen = -1;
    list.replaceChildren(
      ...options.map((entry, place) => {
        const option = element(
          "li",
          { role: "option", id: `${list.id}-${place}`, "aria-selected": "false" },
          element("code", {}, entry.form ?? entry.name),
          element("span", {}, entry.what),
        );
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(place);
        });
        return option;
      }),
    );
    show(list);
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    if (!isOpen()) open(true);
    if (!isOpen()) return;
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = (chosen + step + options.length + (chosen < 0 && step < 0 ? 1 : 0)) % options.length;
    const option = list.children[chosen];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function take(place) {
    const entry = options[place];
    const end = input.selectionStart;
    const start = end - wordBefore().length;
    const text = entry.form === undefined ? entry.name : `${entry.name}(`;
    input.setRangeText(text, start, end, "end");
    close();
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("input", () => open());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      close();
    } else if ((event.key === "Enter" || event.key === "Tab") && isOpen() && chosen >= 0) {
      if (event.key === "Enter") event.preventDefault();
      take(chosen);
    } else if (event.key === "Enter") {
      close();
    }
  });
}
