// What pages add to plain HTML. Every page also works, more slowly, without it.
(function () {
  "use strict";

  const text = (name) => document.body.dataset["text" + name] || "";
  const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content || "";
  // After so many milliseconds without an answer a line counts as dead, though it did not say so.
  const PATIENCE = 60000;
  const parsed = (html) => new DOMParser().parseFromString(html || "", "text/html");
  // Where the session has ended, the answer to any request is the sign-in page.
  const isSignIn = (page) => page.body.hasAttribute("data-sign-in");

  // --- Messages -----------------------------------------------------------------------------------

  function announce(message, level, place = document.getElementById("messages")) {
    if (!place) return null;
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
    if (place.matches("form")) place.prepend(box);
    else place.append(box);
    box.scrollIntoView({ block: place.matches("form") ? "center" : "nearest" });
    return box;
  }

  // --- htmx ---------------------------------------------------------------------------------------

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    announce(text(status === 404 ? "Gone" : status === 403 || status === 401 ? "Expired" : "Failed"));
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      announce(text("Offline"));
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

  // --- Pages and files turned with the arrow keys -----------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    // Only where nothing has the focus: elsewhere the arrows scroll and move the cursor.
    if (!rel || event.target !== document.body || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!document.querySelector("[data-arrow-keys]")) return;
    (document.querySelector(`.lua-viewer a[rel=${rel}]`) ?? document.querySelector(`[data-arrow-keys] a[rel=${rel}]`))?.click();
  });

  // --- Leaving with unsaved changes; sending twice ----------------------------------------------------

  const unsaved = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-guard]")) return;
    unsaved.add(form);
    drafts.get(form)?.typed();
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of unsaved) if (!form.isConnected) unsaved.delete(form);
    if (unsaved.size) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.matches("[data-forget]")) keep([]);
    if (form.matches("[data-guard]")) keepForms(new Set([form, ...unsaved]));
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

  // --- Text that could not be saved -------------------------------------------------------------------
  // A guarded form is kept in this tab when it is sent, and forgotten as soon as a page of ours answers. The sign-in page
  // and the pages of errors (data-not-saved) mean that it was not saved: then it waits, and is filled in again once, on
  // its own page and for the same person. Hidden revisions are kept with it, so that it does not replace unseen what
  // somebody else has saved meanwhile.

  const KEPT = "lua-kept";

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) || [];
    } catch {
      return [];
    }
  }
  function keep(entries) {
    try {
      if (entries.length) sessionStorage.setItem(KEPT, JSON.stringify(entries));
      else sessionStorage.removeItem(KEPT);
    } catch {
      // Forbidden or full: then the page says only that nothing was saved.
    }
  }

  const person = () => document.body.dataset.person || "";
  const guarded = () => [...document.querySelectorAll("form[data-guard]")];
  const keyOf = (form) => location.pathname + "#" + (form.id || guarded().indexOf(form));
  const isToggle = (field) => field.type === "checkbox" || field.type === "radio";
  const DRAFT_FIELD = "form_draft";
  const NOT_TYPED = ["csrfmiddlewaretoken", DRAFT_FIELD];
  const NEVER_KEPT = ["password", "file", "submit", "button", "reset", "image"];
  const fieldsOf = (form) =>
    [...form.elements].filter(
      (field) => field.name && "value" in field && !NOT_TYPED.includes(field.name) && !NEVER_KEPT.includes(field.type),
    );
  const valuesOf = (form) => fieldsOf(form).map((field) => [field.name, field.value, isToggle(field) && field.checked]);

  function keepForms(forms) {
    const sent = [...forms]
      .filter((form) => form.isConnected && form.matches("[data-guard]"))
      .map((form) => ({
        form: keyOf(form),
        page: location.pathname + location.search,
        person: person(),
        values: valuesOf(form),
      }));
    keep([...kept().filter((one) => one.waiting && !sent.some((other) => other.form === one.form)), ...sent]);
  }

  // Puts kept values into a form, but for the fields to leave alone. Returns false, and changes nothing, where they are
  // what it shows already.
  function fillIn(form, values, leave = () => false) {
    const left = [...values];
    const pairs = fieldsOf(form).flatMap((field) => {
      const n = left.findIndex(([name, value]) => name === field.name && (!isToggle(field) || value === field.value));
      if (n < 0) return [];
      const [[, value, checked]] = left.splice(n, 1);
      return leave(field) ? [] : [[field, value, checked]];
    });
    const differs = ([field, value, checked]) =>
      isToggle(field) ? field.checked !== checked : field.type !== "hidden" && field.value !== value;
    if (!pairs.some(differs)) return false;
    for (const [field, value, checked] of pairs) {
      if (isToggle(field)) field.checked = checked;
      else field.value = value;
    }
    return true;
  }

  // Returns the keys of the forms that were just sent from this tab.
  function fillInAgain() {
    const sent = new Set(kept().filter((one) => !one.waiting).map((one) => one.form));
    if (document.body.hasAttribute("data-not-saved")) {
      const waiting = kept().map((one) => ({ ...one, waiting: true }));
      keep(waiting);
      for (const note of document.querySelectorAll("[data-kept]")) note.hidden = !waiting.length;
      const link = document.querySelector("[data-kept-page]");
      if (link && waiting.length) link.href = waiting.at(-1).page;
      return sent;
    }
    let waiting = kept().filter((one) => one.waiting);
    for (const form of guarded()) {
      const mine = waiting.find((one) => one.form === keyOf(form) && one.person === person());
      if (!mine) continue;
      waiting = waiting.filter((one) => one !== mine);
      if (!fillIn(form, mine.values)) continue;
      unsaved.add(form);
      announce(text("FilledIn"), "warning", form);
    }
    keep(waiting);
    return sent;
  }

  // --- Drafts ---------------------------------------------------------------------------------------
  // What is typed into a guarded form is kept at the server as well, for its person alone: after a power cut, on another
  // day, on another machine. A form that was sent and taken has no draft any more (form_draft says which it was).

  const DRAFT_DELAY = 2000;
  const RETRY_DELAY = 10000;
  // In whose place a form is sent, and the file that came with it before.
  const ACTING_AS = "acting_as";
  const RECEIVED = "received";
  const draftsAddress = document.body.dataset.drafts;
  const thisPage = location.pathname + location.search;
  const drafts = new Map();

  function moment(iso) {
    const at = new Date(iso);
    const options = { hour: "2-digit", minute: "2-digit" };
    if (at.toDateString() !== new Date().toDateString()) Object.assign(options, { day: "numeric", month: "numeric", year: "numeric" });
    return at.toLocaleString(document.documentElement.lang, options);
  }

  // Raises the answer's status, or 0 where there was none.
  async function talk(method, address, body, again = true) {
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json", "Content-Type": "application/json" };
    let answer;
    try {
      answer = await fetch(address, { method, headers, body: body && JSON.stringify(body), redirect: "manual", signal: patience() });
      if (answer.ok) return await answer.json();
    } catch {
      throw 0;
    }
    // Signing in, in another tab too, changed the token.
    if (again && answer.status === 403 && (await renewToken().catch(() => false))) return talk(method, address, body, false);
    throw answer.type === "opaqueredirect" ? 403 : answer.status;
  }

  /** The draft of one form. Nothing is kept before it is known what was kept already. */
  class Draft {
    constructor(form, name) {
      this.form = form;
      this.name = name;
      this.known = false;
      this.timer = 0;
      this.round = 0;
      this.busy = false;
      this.status = document.createElement("span");
      this.status.className = "lua-draft";
      this.status.setAttribute("role", "status");
      ([...form.querySelectorAll(".lua-actions")].at(-1) || form).append(this.status);
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: DRAFT_FIELD, value: thisPage + "#" + name });
      form.append(field);
    }

    show(words, failed) {
      this.status.textContent = words;
      this.status.dataset.state = failed ? "failed" : "";
    }

    typed() {
      this.round += 1;
      this.later(DRAFT_DELAY);
    }

    later(delay) {
      clearTimeout(this.timer);
      if (this.known) this.timer = setTimeout(() => this.keep(), delay);
    }

    async keep() {
      if (!this.form.isConnected || this.form.dataset.sending) return;
      if (this.busy) return this.later(300);
      this.busy = true;
      const round = this.round;
      try {
        const { saved_at } = await talk("POST", draftsAddress, { page: thisPage, form: this.name, fields: valuesOf(this.form) });
        this.show(text("DraftKept").replace("{at}", moment(saved_at)));
        // A file that was chosen is not in it.
        const hasFiles = [...this.form.elements].some((field) => field.files?.length);
        if (round === this.round && !hasFiles) unsaved.delete(this.form);
      } catch (status) {
        this.show(text(status === 403 ? "Expired" : "DraftFailed"), true);
        if (status === 0 || status >= 500) this.later(RETRY_DELAY);
      }
      this.busy = false;
    }

    /** Fill in what was kept, but for what somebody has typed since; not where they act for somebody else now. */
    fillIn({ fields, saved_at }) {
      const actingAs = this.form.elements[ACTING_AS]?.value;
      if (fields.some(([name, value]) => name === ACTING_AS && value !== actingAs)) return;
      const leave = (field) => field.name === RECEIVED || (field.type !== "hidden" && isTouched(field));
      if (!fillIn(this.form, fields, leave)) return;
      const box = announce(text("DraftFilledIn").replace("{at}", moment(saved_at)), "warning", this.form);
      const forget = document.createElement("button");
      forget.type = "button";
      forget.className = "btn btn-sm";
      forget.textContent = text("DraftForget");
      forget.addEventListener("click", () => this.forget(forget));
      const close = box.lastElementChild;
      close.before(forget);
      // A cross beside it would not say that the draft stays.
      close.className = forget.className;
      close.removeAttribute("aria-label");
      close.textContent = text("DraftStay");
    }

    async forget(button) {
      button.disabled = true;
      clearTimeout(this.timer);
      try {
        await talk("POST", draftsAddress + "bo/", { page: thisPage, form: this.name });
        unsaved.delete(this.form);
        location.reload();
      } catch (status) {
        button.disabled = false;
        this.show(text(status === 403 ? "Expired" : "Offline"), true);
      }
    }
  }

  function isTouched(field) {
    if (isToggle(field)) return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
  }

  async function fillInDrafts(justSent) {
    if (!draftsAddress) return;
    for (const form of guarded()) drafts.set(form, new Draft(form, keyOf(form).slice(location.pathname.length + 1)));
    if (!drafts.size) return;
    let found = [];
    try {
      found = (await talk("GET", draftsAddress + "?" + new URLSearchParams({ page: thisPage }))).drafts;
    } catch {
      // Without a line nothing can be kept either; what is typed stays on the page, as everywhere.
    }
    for (const [form, draft] of drafts) {
      const kept = found.find((one) => one.form === draft.name);
      const isNewer = justSent.has(keyOf(form)) || unsaved.has(form);
      // What came back, refused, is newer than what was kept while it was typed.
      if (kept && !justSent.has(keyOf(form))) draft.fillIn(kept);
      draft.known = true;
      if (isNewer && (kept || unsaved.has(form))) draft.later(0);
    }
  }

  // --- Parts of a page that are renewed -------------------------------------------------------------

  function patience() {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), PATIENCE);
    return stop.signal;
  }

  async function fetchPage() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: patience() });
    const page = parsed(await answer.text());
    return answer.ok && !isSignIn(page) ? page : null;
  }

  // Signing in, in another tab too, changes the token that every form must carry.
  function takeToken(page) {
    const token = page.querySelector('meta[name="csrf-token"]').content;
    document.querySelector('meta[name="csrf-token"]').content = token;
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  }

  // Returns false where the session has ended.
  async function renewToken() {
    const page = await fetchPage();
    if (page) takeToken(page);
    return Boolean(page);
  }

  // What a page shows of the files, without the forms beside them, in which somebody may be typing. Returns false where
  // the page cannot be had; then it stays as it is.
  async function refresh() {
    const page = await fetchPage().catch(() => null);
    if (!page) return false;
    takeToken(page);
    for (const old of document.querySelectorAll("[data-refresh]")) {
      const fresh = page.getElementById(old.id);
      if (!fresh) continue;
      old.replaceWith(fresh);
      enhance(fresh);
    }
    return true;
  }

  // For the other scripts of a page.
  globalThis.lua = { patience, refresh, renewToken };

  // --- Places in a page ---------------------------------------------------------------------------

  // A fold that an address leads to opens.
  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    const fold = target?.closest("details");
    if (!fold) return;
    fold.open = true;
    target.scrollIntoView({ block: "start" });
  }
  window.addEventListener("hashchange", openTarget);

  // A page that opens further down says there what it has to say.
  function saySomethingThere() {
    const said = document.getElementById("messages");
    const target = document.getElementById(location.hash.slice(1));
    if (!said?.querySelector(".lua-message") || !target?.matches("section, form, details")) return;
    target.before(said);
    said.scrollIntoView({ block: "start" });
  }

  // A large drawing starts where the work is now, or where it ended.
  function showHere(box) {
    const here = box.querySelector("[data-here]");
    if (!here) return;
    const [outer, inner] = [box.getBoundingClientRect(), here.getBoundingClientRect()];
    box.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
    box.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
  }

  // A choice that stays while this browser's window is open, from page to page.
  function remember(group) {
    const name = group.dataset.remember;
    try {
      const kept = group.querySelector(`input[value="${CSS.escape(sessionStorage.getItem(name) || "")}"]`);
      if (kept) kept.checked = true;
      group.addEventListener("change", (event) => sessionStorage.setItem(name, event.target.value));
    } catch {
      // Forbidden: then the choice holds for this page.
    }
  }

  // Narrows a long list of choices to those with the words typed, with or without marks; what is ticked stays in sight.
  function narrow(box) {
    const input = box.querySelector("input");
    const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
    const choices = [...document.querySelectorAll(box.dataset.filter)].map((choice) => [choice, plain(choice.textContent)]);
    box.hidden = false;
    input.addEventListener("input", () => {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      for (const [choice, said] of choices) {
        const isTicked = choice.querySelector("input:checked:not(:disabled)");
        choice.hidden = !isTicked && !words.every((word) => said.includes(word));
      }
      for (const group of new Set(choices.map(([choice]) => choice.closest("fieldset")))) {
        if (group) group.hidden = !group.querySelector("label:not([hidden])");
      }
    });
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
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
    each("dialog[data-dialog-reopen]", (dialog) => dialog.showModal());
    each("[data-focus-first]", (box) => box.focus());
    each(".lua-tabs [aria-current]", (tab) => tab.scrollIntoView({ block: "nearest", inline: "center" }));
    each("[data-scroll-here]", showHere);
    each("[data-remember]", remember);
    each("[data-filter]", narrow);
    each("form[data-submit-on-change]", (form) => form.addEventListener("change", () => form.requestSubmit()));
  }
  enhance(document);
  fillInDrafts(fillInAgain());
  openTarget();
  saySomethingThere();
})();
