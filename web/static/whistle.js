/* What HTML cannot do alone: countdowns, the position button, and guards for forms. Pages work without it. */
(() => {
  "use strict";
  const body = document.body;
  const rate = Number(body.dataset.rate) || 1;
  const shown = Date.parse(body.dataset.now);
  const began = performance.now();
  const businessNow = () => shown + (performance.now() - began) * rate;

  /* The two largest units of a length of time, as web/formats.py writes them. */
  const span = (ms) => {
    const all = Math.floor(Math.abs(ms) / 60000);
    const days = Math.floor(all / 1440);
    const hours = Math.floor((all % 1440) / 60);
    const minutes = all % 60;
    if (days) return days + "天" + (hours ? hours + "小时" : "");
    if (hours) return hours + "小时" + (minutes ? minutes + "分" : "");
    return minutes ? minutes + "分钟" : "不到1分钟";
  };

  const count = () => {
    const now = businessNow();
    document.querySelectorAll("[data-due]").forEach((element) => {
      const left = Date.parse(element.dataset.due) - now;
      const text = (left < 0 ? "已超" : "剩") + span(left);
      if (element.textContent !== text) element.textContent = text;
    });
  };

  const say = (text) => {
    const status = document.getElementById("status-line");
    if (status) status.textContent = text;
  };

  const dirty = () => document.querySelector("form[data-dirty]");

  const locate = (button) => {
    const form = button.form;
    if (!navigator.geolocation || !window.isSecureContext) {
      say("此浏览器或连接不支持定位，请在说明中写明到场地点。");
      return;
    }
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        form.elements.lat.value = found.coords.latitude.toFixed(6);
        form.elements.lng.value = found.coords.longitude.toFixed(6);
        button.disabled = false;
        say("已取得位置，精度约 " + Math.round(found.coords.accuracy) + " 米。");
      },
      () => {
        button.disabled = false;
        say("没有取得位置，请在说明中写明到场地点。");
      },
      { enableHighAccuracy: true, timeout: 15000 }
    );
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (button) locate(button);
  });

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-guard")) form.dataset.dirty = "1";
  });

  /* Ctrl+Enter sends; a second press of a button does nothing (the server would recognise it anyhow). */
  document.addEventListener("keydown", (event) => {
    const form = event.target.form;
    if (event.key === "Enter" && event.ctrlKey && form && form.hasAttribute("data-guard")) form.requestSubmit();
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      const search = document.getElementById("search");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    delete form.dataset.dirty;
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    count();
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty()) event.preventDefault();
  });

  /* A refresh waits while somebody types, reads an opened part, or has the page in the background. */
  document.addEventListener("htmx:before:request", (event) => {
    const source = event.target;
    if (!source.matches || !source.matches("[data-poll]")) return;
    const reads = document.querySelector("[data-live] details[open]") || document.activeElement.closest("[data-live]");
    if (document.hidden || dirty() || reads) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", count);

  count();
  setInterval(count, rate > 1 ? 2000 : 30000);
})();
