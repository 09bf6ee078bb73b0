// Reviewing by keyboard. Without this script every decision can be taken on the page of the finding.
"use strict";
(() => {
  const queue = document.querySelector("ol.queue");
  const form = document.querySelector("form.decide");
  const keys = document.getElementById("keys");
  const ask = document.getElementById("ask");
  const told = document.getElementById("told");
  const mayDecide = queue && queue.dataset.decides === "yes";
  const names = { confirm: "确认", dismiss: "误报", waive: "豁免", assign: "交办", undo: "撤销" };
  const past = { confirm: "已确认", dismiss: "已记为误报", waive: "已豁免", assign: "已交办" };
  const days = { waive: "豁免到哪天（含）", assign: "整改到哪天" };
  /** What was decided here, for undo: row and whether it was a group. */
  const done = [];

  const rows = () => (queue ? [...queue.querySelectorAll("li")] : []);
  const here = () => document.activeElement && document.activeElement.closest("ol.queue li");
  const go = (row) => {
    if (!row) return;
    for (const other of rows()) other.classList.toggle("here", other === row);
    row.querySelector("h2 a").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = rows();
    const at = all.indexOf(here() || queue.querySelector("li.here"));
    go(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  };
  const say = (text) => { told.textContent = text; };

  /** Asks for a reason and a day; resolves to them, or to nothing. */
  const asked = (title, about, wants) => new Promise((resolve) => {
    const day = ask.querySelector("#ask-day");
    const why = ask.querySelector("#ask-why");
    ask.querySelector("h2").textContent = title;
    ask.querySelector(".about").textContent = about;
    ask.querySelector(".day").hidden = !wants.day;
    ask.querySelector(".day label").textContent = wants.label || "日期";
    day.required = wants.day === "must";
    day.value = wants.due || "";
    why.required = Boolean(wants.why);
    ask.querySelector(".why label").textContent = wants.why ? "理由（必填）" : "说明（可不填）";
    why.value = "";
    ask.returnValue = "no";
    ask.onclose = () => resolve(ask.returnValue === "yes" ? { reason: why.value, until: day.value } : null);
    ask.showModal();
    (wants.day ? day : why).focus();
  });

  /** How far a sample is looked through, kept up with what was just decided. */
  const tally = () => {
    const looked = document.getElementById("looked");
    if (!looked) return;
    const count = rows().filter((row) => row.dataset.looked).length;
    looked.textContent = count;
    document.getElementById("left").textContent = rows().length - count;
  };

  const send = async (row, fields) => {
    const body = new URLSearchParams(fields);
    if (Number(row.dataset.count) > 1) body.set("group", "1");
    let answer;
    try {
      answer = await fetch(row.dataset.action, { method: "POST", body, headers: { "x-duwang-part": "row" } });
    } catch {
      say("没有连上读网，决定没有记下，请再试一次。");
      return null;
    }
    const text = await answer.text();
    if (answer.ok) {
      const holder = document.createElement("template");
      holder.innerHTML = text;
      const fresh = holder.content.firstElementChild;
      row.replaceWith(fresh);
      tally();
      return fresh;
    }
    say(answer.status === 422 ? text : answer.status === 401 ? "登录已过期，请重新登录。" : "没有记下，请再试一次。");
    return null;
  };

  const decide = async (verdict) => {
    const row = here() || queue.querySelector("li.here") || rows()[0];
    if (!row) return;
    const count = Number(row.dataset.count);
    const about = row.querySelector("h2").textContent + (count > 1 ? `（${count} 处一并处理）` : "");
    const wants = {
      dismiss: { why: true },
      waive: { why: true, day: "must", label: days.waive },
      assign: { day: "may", due: queue.dataset.due, label: days.assign },
    }[verdict];
    const more = wants ? await asked(names[verdict], about, wants) : { reason: "", until: "" };
    if (!more) return go(row);
    const next = row.nextElementSibling;
    const fresh = await send(row, { verdict, ...more });
    if (!fresh) return go(row);
    fresh.classList.add("done");
    if (queue.dataset.sample && settles(verdict)) return location.reload();
    done.push(fresh.dataset.id);
    say(`${past[verdict]}${count > 1 ? ` ${count} 处` : ""}，按 u 撤销。`);
    go(next || fresh);
  };

  /** Whether a sample is through: all of it looked at, or one of it no fault. The page says then what follows. */
  const settles = (verdict) => verdict === "dismiss" || verdict === "waive" || rows().every((row) => row.dataset.looked);

  /** In the list only those who review decide; a unit answers on the page of the finding. */
  const review = (verdict) => {
    if (mayDecide) return decide(verdict);
    return say(queue.dataset.decides === "unit" ? "请按 Enter 打开问题，在那里声明整改或申诉。" : "您的账号只能查看，不能复核。");
  };

  const undo = async () => {
    const id = done.pop();
    const row = id && queue.querySelector(`li[data-id="${id}"]`);
    if (!row) return say("这一页没有可以撤销的决定。");
    const fresh = await send(row, { verdict: "undo" });
    if (!fresh) return;
    say("已撤销。");
    go(fresh);
  };

  /** On the page of one finding: choose in the form, and go to what is still missing. */
  const choose = (verdict) => {
    const radio = form && form.querySelector(`input[value="${verdict}"]`);
    if (!radio) return;
    radio.checked = true;
    const wanted = { waive: "#until", assign: "#until", confirm: "button[name=next]", undo: "button" }[verdict] || "#reason";
    (form.querySelector(wanted) || form.querySelector("button")).focus(); // the last of a list has no next one
  };
  const follow = (rel) => {
    const link = document.querySelector(`a[rel=${rel}]`);
    if (link) link.click();
  };

  const acts = {
    j: () => (queue ? step(1) : follow("next")),
    k: () => (queue ? step(-1) : follow("prev")),
    c: () => (queue ? review("confirm") : choose("confirm")),
    d: () => (queue ? review("dismiss") : choose("dismiss")),
    w: () => (queue ? review("waive") : choose("waive")),
    a: () => (queue ? review("assign") : choose("assign")),
    u: () => (queue ? mayDecide && undo() : choose("undo")),
    s: () => { const sampling = document.querySelector("a[data-key=s]"); if (sampling) sampling.click(); else if (queue && !queue.dataset.sample) say("清单里没有可以抽样的：同一条规则要有 10 处以上待复核、把握为“确定”的问题。"); },
    "/": () => { const text = document.getElementById("text"); if (text) text.focus(); },
    "?": () => keys.showModal(),
  };
  let busy = false;
  document.addEventListener("keydown", async (event) => {
    const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !acts[event.key]) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await acts[event.key](); } finally { busy = false; }
  });
  if (queue) queue.addEventListener("focusin", () => { for (const row of rows()) row.classList.toggle("here", row === here()); });
})();
