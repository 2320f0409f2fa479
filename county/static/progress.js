// Two comforts; every page works without them. Called by frame.html.
// 1. <div data-refresh="address"> fetches its own content again every two seconds until it carries data-done; then the
//    page is loaded once more, unless somebody is typing or watching.
// 2. <form data-upload> shows how much of the files has been sent.
// No name outside a block: after an upload the answer is written into this same window and this file runs again.
"use strict";

for (const part of document.querySelectorAll("[data-refresh]")) {
  let shown = "";
  const busy = () => document.querySelector("main details[open], main input:focus, main textarea:focus")
    || [...document.querySelectorAll("video, audio")].some((video) => !video.paused);
  const again = async () => {
    try {
      const answer = await fetch(part.dataset.refresh);
      const words = answer.ok && !answer.redirected ? await answer.text() : shown;
      if (words !== shown) part.innerHTML = shown = words;
      if (part.querySelector("[data-done]")) return busy() || window.location.reload();
    } catch { /* the server may be starting again: keep asking */ }
    setTimeout(again, 2000);
  };
  if (!part.querySelector("[data-done]")) setTimeout(again, 2000);
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
    event.preventDefault();
    const [bar, words, button] = ["progress", "[data-words]", "button.act"].map((name) => form.querySelector(name));
    const request = new XMLHttpRequest();
    const failed = (why) => { words.textContent = why; button.disabled = false; };
    bar.parentElement.hidden = false;
    button.disabled = true;
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = loaded / total;
      words.textContent = loaded < total ? `正在上传 ${Math.floor((loaded / total) * 100)}%` : "已传完，正在检查……";
    };
    request.onload = () => {
      if (request.status === 413) return failed("文件太大，服务器不接收。请压缩后再上传。");
      document.open(); document.write(request.responseText); document.close();
      history.replaceState(null, "", request.responseURL);
    };
    request.onerror = () => failed("上传中断：请检查网络后再按一次。");
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
}
