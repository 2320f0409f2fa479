// Two comforts; every page works without them. Called by frame.html.
// 1. <div data-refresh="address"> fetches its own content again every two seconds until it carries data-done.
// 2. <form data-upload> shows how much of the files has been sent.
"use strict";

for (const part of document.querySelectorAll("[data-refresh]")) {
  const again = async () => {
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { "X-Part": "1" } });
      if (answer.redirected || !answer.ok) throw new Error(answer.status);
      part.innerHTML = await answer.text();
      if (part.querySelector("[data-done]")) return window.location.reload();
    } catch { /* the server may be starting again: keep asking */ }
    setTimeout(again, 2000);
  };
  if (!part.querySelector("[data-done]")) setTimeout(again, 2000);
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    if (!files.length) return;
    event.preventDefault();
    const [bar, words] = [form.querySelector("progress"), form.querySelector("[data-words]")];
    const request = new XMLHttpRequest();
    bar.parentElement.hidden = false;
    form.querySelector("button.act").disabled = true;
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = loaded / total;
      words.textContent = loaded < total ? `正在上传 ${Math.floor((loaded / total) * 100)}%` : "已传完，正在检查……";
    };
    request.onload = () => { document.open(); document.write(request.responseText); document.close(); history.replaceState(null, "", request.responseURL); };
    request.onerror = () => { words.textContent = "上传中断：请检查网络后再按一次。"; form.querySelector("button.act").disabled = false; };
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
}
