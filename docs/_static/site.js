"use strict";

// Filters of tables.  Without this file every row is shown.

function words(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

function matches(searched, wanted) {
  return wanted.every((word) => searched.includes(word));
}

function inAddress() {
  return new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
}

function toAddress(state) {
  const kept = new URLSearchParams([...state].filter(([, value]) => value));
  const hash = kept.toString();
  if (location.hash.slice(1) !== hash) {
    history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  }
}

function filterRows() {
  const field = document.querySelector('input[data-filter="rows"]');
  if (!field) return;
  const count = document.querySelector('output[data-count="rows"]');
  const rows = [...document.querySelectorAll(".filtered-rows tbody tr")];
  const show = () => {
    const wanted = words(field.value);
    let shown = 0;
    for (const row of rows) {
      const searched = row.querySelector("[data-search]").dataset.search;
      row.hidden = !matches(searched, wanted);
      shown += !row.hidden;
    }
    count.value = `${shown} of ${rows.length}`;
    toAddress([["filter", field.value.trim()]]);
  };
  field.value = inAddress().get("filter") || "";
  field.addEventListener("input", show);
  show();
}

function filterSurvey() {
  const form = document.querySelector(".survey-filter");
  if (!form) return;
  const controls = [...form.querySelectorAll("input[data-survey], select[data-survey]")];
  const count = form.querySelector('output[data-survey="count"]');
  const rows = [...document.querySelectorAll(".survey tbody tr")];
  const columns = [...document.querySelectorAll(".survey thead th[data-penalty]")];
  const value = (name) => form.querySelector(`[data-survey="${name}"]`).value;

  const show = () => {
    const [text, loss, penalty, verdict, tier, space] =
      ["text", "loss", "penalty", "verdict", "tier", "space"].map(value);
    const wanted = words(text);
    const used = new Set();
    let pairs = 0;
    let kept = 0;
    for (const row of rows) {
      const isWanted = matches(row.dataset.search, wanted) && (!loss || row.dataset.loss === loss)
        && (!tier || row.dataset.tier === tier);
      let inRow = 0;
      for (const cell of row.querySelectorAll("td[data-penalty]")) {
        const isShown = isWanted && cell.dataset.verdict !== undefined
          && (!penalty || cell.dataset.penalty === penalty)
          && (!verdict || cell.dataset.verdict === verdict) && (!space || cell.dataset.space === space);
        cell.classList.toggle("out", !isShown);
        inRow += isShown;
        if (isShown) used.add(cell.dataset.penalty);
      }
      row.hidden = inRow === 0;
      pairs += inRow;
      kept += inRow > 0;
    }
    for (const cell of document.querySelectorAll(".survey [data-penalty]")) {
      cell.hidden = !used.has(cell.dataset.penalty);
    }
    count.value = `${pairs} pairs, ${kept} of ${rows.length} losses, ${used.size} of ${columns.length} penalties`;
    toAddress(controls.map((control) => [control.dataset.survey, control.value.trim()]));
  };

  const read = () => {
    const state = inAddress();
    for (const control of controls) control.value = state.get(control.dataset.survey) || "";
    show();
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  addEventListener("hashchange", read);
  read();
}

// A link to a line of a folded part opens it.
function openTarget() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && !name.includes("=") ? document.getElementById(name) : null;
  const folded = target && target.closest("details");
  if (folded) {
    folded.open = true;
    target.scrollIntoView();
  }
}

addEventListener("DOMContentLoaded", () => {
  filterRows();
  filterSurvey();
  openTarget();
  addEventListener("hashchange", openTarget);
});
