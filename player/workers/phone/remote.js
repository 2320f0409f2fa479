// The telephone's page: asks for the PIN when the box does not know us, else sends keys and searches.
// What is marked as gettext's is put in the television's language, in quotes, before the page is served (pages.py).
"use strict";

const enter = document.getElementById("enter");
const remote = document.getElementById("remote");
const said = document.getElementById("said");
const REPEAT_AFTER_MS = 400, REPEAT_MS = 120, SEARCH_AFTER_MS = 250;

function show(part) {
  enter.hidden = part !== enter;
  remote.hidden = part !== remote;
  if (part === enter) document.getElementById("pin").focus();
}

async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  try {
    const answer = await fetch(path, options);
    return { status: answer.status, says: await answer.json() };
  } catch {
    return { status: 0, says: {} };
  }
}

async function send(path, body) {
  const { status } = await ask(path, body);
  if (status === 403) show(enter);
  said.textContent = status === 0 ? _("机顶盒没有回答，请看电视上的提示") : "";
}

enter.addEventListener("submit", async (event) => {
  event.preventDefault();
  const pin = document.getElementById("pin"), refused = document.getElementById("refused");
  const { status, says } = await ask("/pin", { pin: pin.value });
  pin.value = "";
  if (status === 200) { refused.textContent = ""; show(remote); return; }
  refused.textContent =
    says.error === "wrong" ? _("号码不对，还可以再试 {n} 次").replace("{n}", says.tries_left) :
    says.error === "shut" ? _("试错太多，请在电视上按确定键换一个号码") : _("机顶盒没有回答，请看电视上的提示");
});

for (const button of document.querySelectorAll("[data-key]")) {
  const key = button.dataset.key, repeats = ["up", "down", "left", "right", "volume-up", "volume-down"].includes(key);
  let timer = 0;
  const press = () => send("/press", { button: key });
  const end = () => { clearTimeout(timer); timer = 0; };
  button.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    press();
    const again = () => { press(); timer = setTimeout(again, REPEAT_MS); };
    if (repeats) timer = setTimeout(again, REPEAT_AFTER_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(name, end);
  button.addEventListener("click", (event) => { if (event.detail === 0) press(); }); // by keyboard
}

const words = document.getElementById("words"), found = document.getElementById("found");
let waiting = 0;
words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, SEARCH_AFTER_MS); });

async function search() {
  const wanted = words.value.trim();
  if (!wanted) { found.replaceChildren(); return; }
  const { status, says } = await ask("/search?words=" + encodeURIComponent(wanted));
  if (status === 403) { show(enter); return; }
  if (status !== 200 || words.value.trim() !== wanted) return;
  found.replaceChildren(...says.map(row), ...(says.length ? [] : [nothing()]));
}

function row(course) {
  const item = document.createElement("li"), button = document.createElement("button");
  const small = document.createElement("small");
  small.textContent = _("课号 {number} · {minutes} 分钟")
    .replace("{number}", course.number).replace("{minutes}", course.minutes);
  button.append(course.title, small);
  button.addEventListener("click", () => { send("/open", { course: course.id }); said.textContent = _("请看电视"); });
  item.append(button);
  return item;
}

function nothing() {
  const item = document.createElement("li"), text = document.createElement("p");
  text.textContent = _("没有找到，换个词试试");
  item.append(text);
  return item;
}

ask("/search?words=").then(({ status }) => show(status === 200 ? remote : enter));
