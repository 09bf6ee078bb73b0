// The paste box works without this script: plain text and files. With it, pasted text keeps its look, and a file may be dropped anywhere.
"use strict";
(() => {
  const form = document.querySelector("form.paste");
  const text = document.getElementById("text");
  const rich = document.getElementById("rich");
  const file = document.getElementById("file");
  if (!form || !text || !rich || !file) return;

  const box = document.createElement("div");
  box.className = "box";
  box.contentEditable = "true";
  box.setAttribute("role", "textbox");
  box.setAttribute("aria-multiline", "true");
  box.setAttribute("aria-label", "正文");
  box.dataset.placeholder = text.placeholder;
  box.innerText = text.value;
  text.hidden = true;
  text.after(box);
  document.querySelector("label[for=text]").addEventListener("click", () => box.focus());

  form.addEventListener("submit", () => {
    rich.value = box.querySelector("*") ? box.innerHTML : "";
    text.value = box.innerText;
  });

  const stop = (event) => event.preventDefault();
  document.addEventListener("dragover", stop);
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    stop(event);
    file.files = event.dataTransfer.files;
    file.focus();
  });

  const verdict = document.getElementById("verdict");
  if (verdict) verdict.focus();
})();
