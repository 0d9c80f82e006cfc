// Keeps the theme that was chosen, and filters tables. Every page can be read without this.
"use strict";

{
  const theme = document.getElementById("page-theme");
  const key = "array-ctypes-theme";
  try {
    theme.checked = localStorage.getItem(key) === "swapped";
  } catch {
    // Without storage the choice is lost with the page.
  }
  theme.addEventListener("change", () => {
    try {
      localStorage.setItem(key, theme.checked ? "swapped" : "");
    } catch {
      // As above.
    }
  });
}

// A form with `data-filter="ID"` filters the rows of that table: by words in their text, and by what is chosen of `data-KEY`.
const filterTable = (form) => {
  const rows = [...document.getElementById(form.dataset.filter).tBodies].flatMap((body) => [...body.rows]);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const show = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...form.querySelectorAll("select")].filter((choice) => choice.value);
    let shown = 0;
    rows.forEach((row, at) => {
      const fits =
        words.every((word) => texts[at].includes(word)) &&
        chosen.every((choice) => (row.dataset[choice.name] ?? "").split(" ").includes(choice.value));
      row.hidden = !fits;
      shown += Number(fits);
    });
    form.querySelector("output").value = `${shown} of ${rows.length} shown`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
};

// A button with `data-copy` copies the text beside it.
const copyBeside = (button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
};

// What a link leads to is opened if it is folded.
const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
};

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("button[data-copy]").forEach(copyBeside);
  openTarget();
  addEventListener("hashchange", openTarget);
  document.querySelectorAll("form[data-filter]").forEach(filterTable);
});
