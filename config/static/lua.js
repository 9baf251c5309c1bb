// What pages add to plain HTML. Every page also works, more slowly, without it.
(function () {
  "use strict";

  const text = (name) => document.body.dataset["text" + name] || "";
  const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

  // --- Messages -----------------------------------------------------------------------------------

  function announce(message, level) {
    const place = document.getElementById("messages");
    if (!place) return;
    for (const old of place.querySelectorAll("[data-announced]")) if (old.dataset.announced === message) old.remove();
    const box = document.createElement("div");
    box.className = "lua-message lua-message-" + (level || "error");
    box.dataset.announced = message;
    box.setAttribute("role", "alert");
    const words = document.createElement("div");
    words.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "lua-icon-button";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", text("Close"));
    close.textContent = "×";
    box.append(words, close);
    place.append(box);
    box.scrollIntoView({ block: "nearest" });
  }

  // --- htmx ---------------------------------------------------------------------------------------

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.target.closest?.("[data-autosave]")) return;
    const status = event.detail.xhr.status;
    announce(text(status === 404 ? "Gone" : status === 403 || status === 401 ? "Expired" : "Failed"));
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!event.target.closest?.("[data-autosave]")) announce(text("Offline"));
    });
  }
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));

  // --- Clicks: dialogs, dismissing, theme -----------------------------------------------------------

  document.addEventListener("click", (event) => {
    const target = event.target;
    const opener = target.closest("[data-dialog-open]");
    if (opener) return void document.getElementById(opener.dataset.dialogOpen)?.showModal();
    if (target.closest("[data-dialog-close]")) return void target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement && target.classList.contains("lua-dialog")) return void target.close();
    const dismiss = target.closest("[data-dismiss]");
    if (dismiss) return void dismiss.closest(".lua-message")?.remove();
    if (target.closest("[data-print]")) return void window.print();
    if (target.closest("[data-theme-toggle]")) {
      const dark = document.documentElement.getAttribute("data-bs-theme") !== "dark";
      document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
      try {
        localStorage.setItem("lua-theme", dark ? "dark" : "light");
      } catch {
        // Private windows may forbid it: the choice then lasts for this page.
      }
    }
    for (const menu of document.querySelectorAll("details[data-menu][open], details.lua-deadline[open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open], details.lua-deadline[open]")) {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    }
  });

  // --- Lists walked with the keyboard ---------------------------------------------------------------

  const FOCUSABLE = "a[href], button:not([disabled]), summary";
  const isVisible = (element) => element.getClientRects().length > 0;

  function stops(list) {
    const items = list.querySelectorAll("[data-keyboard-item]");
    const found = items.length
      ? [...items].map((item) => (item.matches(FOCUSABLE) ? item : item.querySelector(FOCUSABLE)))
      : [...list.querySelectorAll(FOCUSABLE)];
    return found.filter((stop) => stop && isVisible(stop));
  }

  document.addEventListener("keydown", (event) => {
    const list = event.target.closest?.("[data-keyboard-list]");
    if (!list || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    const all = stops(list);
    const row = event.target.closest("[data-keyboard-item]");
    const here = all.findIndex((stop) => stop === event.target || (row && row.contains(stop)));
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || !all[next]) return;
    event.preventDefault();
    all[next].focus();
  });

  // --- Leaving with unsaved changes; sending twice ----------------------------------------------------

  const unsaved = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard], [data-autosave]")) unsaved.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of unsaved) if (!form.isConnected) unsaved.delete(form);
    if (unsaved.size) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    unsaved.delete(form);
    if (form.dataset.sending) return void event.preventDefault();
    form.dataset.sending = "yes";
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    // A download leaves the page in place, so the form becomes usable again.
    setTimeout(() => release(form, button), 8000);
  });
  function release(form, button) {
    delete form.dataset.sending;
    button?.removeAttribute("aria-busy");
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      release(form);
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  });

  // --- Autosave -----------------------------------------------------------------------------------
  // The server answers 2xx (or a redirect to the page) when it has kept the text, and 4xx when it refused.
  // The form's "revision" is renewed from the header X-Revision, or from the same form (same id) in the page that
  // came back. Of a refusal, [data-errors] or [data-conflict] go into the form's [data-autosave-result].

  const AUTOSAVE_DELAY = 1200;
  const RETRY_DELAY = 10000;

  function autosave(form) {
    let timer = 0;
    let round = 0;
    let busy = false;
    const status = form.querySelector("[data-autosave-status]");
    const show = (state, words) => {
      if (!status) return;
      status.dataset.state = state;
      status.textContent = words;
    };
    const later = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(save, delay);
    };
    async function save() {
      if (!form.isConnected || form.dataset.sending) return;
      if (busy) return later(300);
      busy = true;
      const sent = round;
      show("saving", text("Saving"));
      let answer = null;
      const listen = (event) => {
        answer = event.detail.xhr;
      };
      form.addEventListener("htmx:afterRequest", listen);
      const result = form.querySelector("[data-autosave-result]");
      // An unfinished form is saved as it is; it is checked when the person sends it.
      const checked = !form.noValidate;
      form.noValidate = true;
      try {
        await htmx.ajax("POST", form.dataset.autosave || form.action, {
          source: form,
          target: form,
          swap: "none",
          headers: { "X-Autosave": "1" },
        });
      } catch {
        answer = null;
      }
      form.noValidate = !checked;
      form.removeEventListener("htmx:afterRequest", listen);
      busy = false;
      const code = answer?.status || 0;
      const page = new DOMParser().parseFromString(answer?.responseText || "", "text/html");
      result?.replaceChildren(...(code >= 400 ? page.querySelectorAll("[data-errors], [data-conflict]") : []));
      if (code >= 200 && code < 300) {
        const same = form.id && page.getElementById(form.id)?.querySelector('[name="revision"]');
        const revision = answer.getResponseHeader("X-Revision") || same?.value;
        if (revision && form.elements.revision) form.elements.revision.value = revision;
        if (sent === round) unsaved.delete(form);
        const now = new Date();
        const clock = String(now.getHours()).padStart(2, "0") + ":" + String(now.getMinutes()).padStart(2, "0");
        show("saved", text("Saved") + " " + clock);
      } else if (code === 409) {
        show("conflict", text("Conflict"));
      } else if (code >= 400 && code < 500) {
        show("failed", text("SaveFailed").split(",")[0]);
      } else {
        show("failed", text("SaveFailed"));
        later(RETRY_DELAY);
      }
    }
    form.addEventListener("input", () => {
      round += 1;
      later(AUTOSAVE_DELAY);
    });
    window.addEventListener("online", () => unsaved.has(form) && later(0));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && unsaved.has(form) && !busy) later(0);
    });
  }

  // --- Files: each goes up by itself, with its own progress -------------------------------------------
  // The server answers with the page: an error message on it, or an error status, means that the file was refused.

  function refusalOf(request) {
    const page = new DOMParser().parseFromString(request.responseText || "", "text/html");
    const lines = page.querySelectorAll(".lua-message-error > div, [data-errors] li, .lua-field-errors p");
    if (lines.length) return [...lines].map((line) => line.textContent.trim()).join(" ");
    if (request.status >= 200 && request.status < 300) return "";
    return text(request.status === 0 ? "Offline" : request.status === 403 ? "Expired" : "Failed");
  }

  function send(form, input, file, row) {
    return new Promise((resolve) => {
      const data = new FormData();
      for (const [name, value] of new FormData(form)) if (name !== input.name) data.append(name, value);
      data.append(input.name, file, file.name);
      const request = new XMLHttpRequest();
      const bar = row.querySelector("progress");
      const note = row.querySelector("small");
      request.open("POST", form.action);
      request.setRequestHeader("X-CSRFToken", csrfToken());
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.setRequestHeader("Accept", "text/html");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.round((100 * event.loaded) / event.total);
        bar.value = percent;
        note.textContent = percent + "%";
      });
      request.addEventListener("loadend", () => {
        const refusal = refusalOf(request);
        bar.remove();
        note.className = refusal ? "failed" : "done";
        note.textContent = refusal ? text("UploadFailed") + ": " + refusal : text("Uploaded");
        resolve(!refusal);
      });
      request.send(data);
    });
  }

  function dropZone(form) {
    const input = form.querySelector('input[type="file"]');
    const list = form.querySelector("[data-drop-files]");
    if (!input || !list) return;
    form.classList.add("lua-drop-ready");
    let queue = Promise.resolve(true);
    let waiting = 0;
    function take(files) {
      for (const file of files) {
        const row = document.createElement("li");
        const name = document.createElement("span");
        name.textContent = file.name;
        const bar = document.createElement("progress");
        bar.max = 100;
        bar.value = 0;
        bar.setAttribute("aria-label", file.name);
        row.append(name, bar, document.createElement("small"));
        list.append(row);
        waiting += 1;
        unsaved.add(form);
        queue = queue.then(async (before) => (await send(form, input, file, row)) && before);
      }
      input.value = "";
      queue.then((allKept) => {
        waiting -= files.length;
        if (waiting) return;
        unsaved.delete(form);
        queue = Promise.resolve(true);
        if (allKept) window.location.reload();
      });
    }
    input.addEventListener("change", () => take([...input.files]));
    for (const name of ["dragover", "dragenter"]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        form.classList.add("lua-drop-over");
      });
    }
    form.addEventListener("dragleave", () => form.classList.remove("lua-drop-over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("lua-drop-over");
      if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
    });
  }

  // --- Start --------------------------------------------------------------------------------------

  function enhance(root) {
    const each = (selector, make) => {
      const found = [...(root.querySelectorAll?.(selector) || [])];
      if (root.matches?.(selector)) found.push(root);
      for (const element of found) {
        if (element.dataset.enhanced) continue;
        element.dataset.enhanced = "yes";
        make(element);
      }
    };
    each("form[data-autosave]", autosave);
    each("form[data-drop-zone]", dropZone);
    each("dialog[data-dialog-reopen]", (dialog) => dialog.showModal());
    each("[data-focus-first]", (box) => box.focus());
    each(".lua-tabs [aria-current]", (tab) => tab.scrollIntoView({ block: "nearest", inline: "center" }));
    each("form[data-submit-on-change]", (form) => form.addEventListener("change", () => form.requestSubmit()));
  }
  enhance(document);
})();
