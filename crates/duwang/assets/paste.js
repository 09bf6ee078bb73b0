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

  const busy = document.getElementById("busy");
  form.addEventListener("submit", (event) => {
    rich.value = box.querySelector("*") ? box.innerHTML : "";
    text.value = box.innerText;
    // A download leaves this page where it is, and nobody would say when it is there.
    if (busy && !(event.submitter && event.submitter.name === "format")) busy.hidden = false;
  });
  window.addEventListener("pageshow", () => { if (busy) busy.hidden = true; });

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
