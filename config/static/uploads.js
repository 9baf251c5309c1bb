// Evidence in parts: each file of the drop zone goes straight to the store, may be paused, is resumed after the line
// was cut or the page was closed, and is shown as kept only when the server has looked into it. Large photos may be made
// smaller first (photos.js). What the commune has already is not sent.
//
// The form's data-upload is the address of the indicator's uploads; its data-text-* are what people read. Without
// this script the form is sent as it is.
(function () {
  "use strict";

  const FILES_AT_ONCE = 4;
  const PARTS_AT_ONCE = 2;
  const RETRY_DELAYS = [1000, 3000, 8000, 20000, 30000, 60000, 60000];
  const CHECK_DELAY = 1500;
  const CHECKS_AT_ONCE = 50;
  // A line, or a thread, that died without a word shows only by nothing moving.
  const STALL_DELAY = 60000;
  // While others are still on their way, the list above shows what is kept so often.
  const SHOW_DELAY = 15000;
  const PICTURE_DELAY = 3000;
  const PICTURE_CHECKS = 40;
  const MIB = 1024 * 1024;
  // What fits into one part is announced with its hash (PART_BYTES of the server).
  const ONE_PART = 5 * MIB;
  // A photo below this is sent as fast as it is unpacked.
  const WORTH_SHRINKING = MIB / 4;
  const PHOTO = /\.(jpe?g|jpe|jfif|png|webp)$/i;
  const SMALLER = "lua-smaller-photos";

  const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content || "";
  const wait = (delay) => new Promise((done) => setTimeout(done, delay));
  const mib = (bytes) => (bytes / MIB).toLocaleString(document.documentElement.lang, { maximumFractionDigits: bytes < 10 * MIB ? 1 : 0 });

  /** What the server or the line answered; only a fault that may pass is tried again. */
  class Fault extends Error {
    constructor(status, code, message) {
      super(message || "");
      this.status = status;
      this.code = code;
    }
    get passes() {
      return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === "spoilt";
    }
  }

  async function ask(method, address, body) {
    try {
      return await askOnce(method, address, body);
    } catch (fault) {
      // Signing in, in another tab too, changed the token; where the session has ended, that stays the answer.
      if (fault.status !== 403 || !(await globalThis.lua.renewToken().catch(() => false))) throw fault;
      return askOnce(method, address, body);
    }
  }

  async function askOnce(method, address, body) {
    let answer, known, said;
    try {
      answer = await fetch(address, {
        method,
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json", "Content-Type": "application/json" },
        body: body && JSON.stringify(body),
        redirect: "manual",
        signal: globalThis.lua.patience(),
      });
      known = answer.headers.get("Content-Type")?.startsWith("application/json");
      said = known ? await answer.json() : {};
    } catch {
      // The line was cut, also within an answer, or died without a word.
      throw new Fault(0, "offline");
    }
    if (answer.ok && known) return said;
    // A page instead of JSON is the sign-in page.
    const expired = answer.type === "opaqueredirect" || answer.status === 403;
    throw new Fault(answer.status || 401, expired ? "expired" : said.code || "failed", said.error);
  }

  async function checksum(blob) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return btoa(String.fromCharCode(...digest));
  }

  function put(address, blob, signal, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const stop = () => request.abort();
      let stall = setTimeout(stop, STALL_DELAY);
      request.open("PUT", address);
      if (new URL(address, location.href).origin === location.origin) request.setRequestHeader("X-CSRFToken", csrfToken());
      request.upload.addEventListener("progress", (event) => {
        clearTimeout(stall);
        stall = setTimeout(stop, STALL_DELAY);
        progress(event.loaded);
      });
      request.addEventListener("loadend", () => {
        clearTimeout(stall);
        signal.removeEventListener("abort", stop);
        if (request.status >= 200 && request.status < 300) return resolve();
        // An address that has run out, or a line that spoilt the bytes, is as good as a line that was cut.
        const again = request.status === 400 || request.status === 403;
        reject(new Fault(again ? 0 : request.status, request.status === 404 ? "gone" : "offline"));
      });
      signal.addEventListener("abort", stop);
      if (signal.aborted) {
        clearTimeout(stall);
        return reject(new Fault(0, "offline"));
      }
      request.send(new Blob([blob]));
    });
  }

  /** The other thread, in which photos are made smaller; where it does not start, or stops, originals are sent. */
  class Darkroom {
    constructor(address) {
      this.address = address;
      this.asked = new Map();
      this.count = 0;
    }

    static get isPossible() {
      return Boolean(globalThis.Worker && globalThis.OffscreenCanvas && globalThis.createImageBitmap);
    }

    open() {
      const worker = new Worker(this.address);
      worker.addEventListener("message", ({ data }) => this.answer(data.number, data.blob));
      worker.addEventListener("error", () => this.close());
      return worker;
    }

    close() {
      this.isClosed = true;
      this.worker.terminate();
      for (const number of [...this.asked.keys()]) this.answer(number, null);
    }

    answer(number, blob) {
      this.asked.get(number)?.(blob);
      this.asked.delete(number);
    }

    takes(file) {
      return !this.isClosed && file.size >= WORTH_SHRINKING && PHOTO.test(file.name);
    }

    /** Return a smaller photo as a JPEG, or null for what should be sent as it is. */
    smaller(file) {
      this.worker = this.worker || this.open();
      this.count += 1;
      const number = this.count;
      return new Promise((done) => {
        this.asked.set(number, done);
        this.worker.postMessage({ number, file });
        setTimeout(() => this.asked.has(number) && this.close(), STALL_DELAY);
      });
    }
  }

  /** One file on its way. Its state is waiting, sending, checking, paused, failed, refused or kept. */
  class Transfer {
    constructor(file, desk) {
      this.file = file;
      this.desk = desk;
      this.caption = desk.form.elements.caption?.value || "";
      this.wantsSmaller = desk.wantsSmaller;
      // What is sent of the file, its bytes, and its hash where it is one part.
      this.blob = null;
      this.size = file.size;
      this.sha256 = "";
      this.state = "waiting";
      this.words = "";
      this.upload = null;
      this.sent = new Map();
      this.stop = new AbortController();
    }

    at(what) {
      return this.desk.address(this.upload.id) + what;
    }

    get bytesSent() {
      if (this.state === "checking" || this.state === "kept") return this.size;
      let sum = 0;
      for (const bytes of this.sent.values()) sum += bytes;
      return Math.min(sum, this.size);
    }

    part(number) {
      const start = (number - 1) * this.upload.part_bytes;
      return this.blob.slice(start, Math.min(start + this.upload.part_bytes, this.size));
    }

    become(state, words) {
      this.state = state;
      this.words = words || "";
      this.desk.show(this);
    }

    /** Send what is not there yet, and say that all is; each step again and again while its fault may pass. */
    run() {
      const before = this.running;
      const controller = (this.stop = new AbortController());
      this.become("sending");
      this.running = (async () => {
        // A step of the round that was paused may still be on its way.
        await before;
        await this.round(controller);
      })();
      return this.running;
    }

    async round(controller) {
      const stop = controller.signal;
      try {
        await this.patiently(stop, () => this.open());
        if (this.state === "kept") return;
        if (this.upload.state === "open") {
          await this.sendParts(stop);
          await this.patiently(stop, () => ask("POST", this.at("xong/")));
          this.blob = null;
        }
        if (!stop.aborted) this.become("checking");
      } catch (fault) {
        if (stop.aborted) return;
        controller.abort();
        if (fault instanceof Fault) return this.fail(fault);
        // A file that was moved or changed since it was chosen cannot be read.
        this.become("failed", this.desk.text("Unreadable"));
      }
    }

    /** Go on with what was begun, as long as it is for these very bytes; announce the file otherwise. */
    async open() {
      const isNew = !this.upload;
      this.upload = this.upload || (await this.desk.earlierOf(this.file, this.wantsSmaller));
      if (this.upload) {
        this.upload = await ask("GET", this.at(""));
        if (this.upload.state === "expired" || this.upload.state === "refused") throw new Fault(410, "gone");
        if (this.upload.state !== "open") {
          this.size = this.upload.size;
          // Evidence of the indicator already, from before this page was opened or from another row of it.
          if (isNew && this.upload.state === "received") this.become("kept", this.desk.text("Again"));
          return;
        }
        await this.prepare(this.upload.size !== this.upload.original_size);
        if (this.upload.sha256 !== this.sha256) {
          await ask("POST", this.at("bo/"));
          this.upload = null;
        }
      }
      if (!this.upload) await this.announce();
      this.sent.clear();
      for (const number of this.upload?.parts || []) this.sent.set(number, this.part(number).size);
    }

    /** Have ready what is sent: the file, or a smaller photo made of it. */
    async prepare(smaller) {
      if (this.blob) return;
      let photo = null;
      if (smaller && this.desk.darkroom.takes(this.file)) {
        if (this.state === "sending") this.become("sending", this.desk.text("Shrinking"));
        photo = await this.desk.darkroom.smaller(this.file);
      }
      this.blob = photo || this.file;
      this.size = this.blob.size;
      this.sha256 = this.size <= ONE_PART ? await checksum(this.blob) : "";
    }

    async announce() {
      await this.prepare(this.wantsSmaller);
      const { name: original, size: original_size, lastModified: modified } = this.file;
      const name = this.blob === this.file ? original : original.replace(/\.(png|webp)$/i, ".jpg");
      const { size, sha256, caption } = this;
      const { replaces } = this.desk;
      const file = { name, size, sha256, caption, original, original_size, modified, replaces };
      const said = await ask("POST", this.desk.list, file);
      if (said.linked) return this.become("kept", this.desk.text("Linked").replace("{name}", said.linked));
      this.upload = said;
    }

    async sendParts(stop) {
      const missing = [];
      const count = Math.ceil(this.upload.size / this.upload.part_bytes);
      for (let number = 1; number <= count; number += 1) if (!this.sent.has(number)) missing.push(number);
      const lane = async () => {
        while (missing.length && !stop.aborted) await this.sendPart(missing.shift(), stop);
      };
      await Promise.all(Array.from({ length: PARTS_AT_ONCE }, lane));
    }

    async sendPart(number, stop) {
      const blob = this.part(number);
      const sha256 = this.sha256 || (await checksum(blob));
      await this.patiently(stop, async () => {
        const { parts } = await ask("POST", this.at("ky/"), { parts: { [number]: sha256 } });
        try {
          await put(parts[number], blob, stop, (bytes) => {
            this.sent.set(number, bytes);
            this.desk.show(this);
          });
          this.sent.set(number, blob.size);
        } catch (fault) {
          this.sent.delete(number);
          throw fault;
        }
      });
    }

    async patiently(stop, step) {
      for (let tries = 0; ; tries += 1) {
        if (stop.aborted) throw new Fault(0, "offline");
        try {
          const result = await step();
          if (this.state === "sending" && this.words) this.become("sending");
          return result;
        } catch (fault) {
          if (stop.aborted || !(fault instanceof Fault) || !fault.passes || tries >= RETRY_DELAYS.length) throw fault;
          this.become(this.state, this.desk.text("Retrying"));
          await Promise.race([wait(RETRY_DELAYS[tries]), this.desk.online(), new Promise((done) => stop.addEventListener("abort", done))]);
          if (this.state === "sending" && !stop.aborted) this.become("sending");
        }
      }
    }

    fail(fault) {
      if (fault.code === "gone" || fault.status === 404) this.upload = null;
      if (fault.code === "refused" || fault.code === "locked") return this.become("refused", fault.message);
      const own = { offline: "Offline", expired: "Expired", gone: "Gone" }[fault.status === 404 ? "gone" : fault.code];
      this.become("failed", own ? this.desk.text(own) : fault.message || this.desk.text("Offline"));
    }

    pause() {
      this.stop.abort();
      this.become("paused");
    }

    async remove() {
      this.stop.abort();
      if (this.upload && this.state !== "kept") await ask("POST", this.at("bo/")).catch(() => null);
    }
  }

  /** The drop zone with its rows, its total line, and the queue behind them. */
  class Desk {
    constructor(form) {
      this.form = form;
      this.list = form.dataset.upload;
      // The row of the list that one file will take the place of, and where to go once it has.
      this.replaces = form.dataset.uploadReplaces || "";
      this.after = form.dataset.uploadAfter || "";
      this.rows = form.querySelector("[data-drop-files]");
      this.kept = form.querySelector("[data-upload-kept]");
      this.total = form.querySelector("[data-upload-total]");
      this.live = form.querySelector("[data-upload-live]");
      this.template = form.querySelector("template[data-upload-row]");
      this.transfers = new Map();
      this.known = null;
      this.checking = false;
      this.shownAt = 0;
      this.darkroom = new Darkroom(form.dataset.photos);
      this.offerSmaller();
      window.addEventListener("beforeunload", (event) => {
        if ([...this.transfers.values()].some((one) => one.state === "sending" || one.state === "waiting")) event.preventDefault();
      });
      window.addEventListener("online", () => {
        for (const one of this.transfers.values()) if (one.state === "failed") one.become("waiting");
        this.fill();
      });
      this.offerEarlier();
      this.awaitPictures();
    }

    text(name) {
      return this.form.dataset["text" + name] || "";
    }

    online() {
      return new Promise((done) => window.addEventListener("online", done, { once: true }));
    }

    /** Let the person choose whether large photos are made smaller; this browser remembers it. */
    offerSmaller() {
      const box = this.form.querySelector("[data-upload-smaller]");
      const choice = box.querySelector("input");
      box.hidden = !Darkroom.isPossible;
      try {
        choice.checked = localStorage.getItem(SMALLER) !== "no";
      } catch {
        // Forbidden: then the choice holds for this page.
      }
      choice.addEventListener("change", () => {
        try {
          localStorage.setItem(SMALLER, choice.checked ? "yes" : "no");
        } catch {
          // As above.
        }
      });
    }

    get wantsSmaller() {
      return Darkroom.isPossible && this.form.querySelector("[data-upload-smaller] input").checked;
    }

    /**
     * Return the upload that this very file was sent by before, by name, size and time of its last change. Who wants the
     * original to be sent is not answered with a smaller photo made of it.
     */
    async earlierOf(file, smaller) {
      this.known = this.known || ask("GET", this.listed()).then((said) => [...said.uploads, ...said.received]);
      let known;
      try {
        known = await this.known;
      } catch (fault) {
        this.known = null;
        throw fault;
      }
      const same = (one) =>
        one.original === file.name &&
        one.original_size === file.size &&
        one.modified === file.lastModified &&
        (smaller || one.size === one.original_size);
      const place = known.findIndex(same);
      return place < 0 ? null : known.splice(place, 1)[0];
    }

    /** Say what was begun another day or refused since, and let it be given up. */
    async offerEarlier() {
      const said = await ask("GET", this.listed()).catch(() => ({ uploads: [], refused: [] }));
      // Chosen meanwhile, the files say for themselves how they are.
      if (this.transfers.size) return;
      const open = said.uploads.filter((one) => one.state === "open");
      const names = open.map((one) => one.name);
      this.offer("[data-upload-unfinished]", open, (box) => {
        box.querySelector("[data-upload-names]").textContent = names.slice(0, 5).join(", ") + (names.length > 5 ? "…" : "");
      });
      this.offer("[data-upload-refusals]", said.refused, (box) => {
        box.querySelector("ul").replaceChildren(
          ...said.refused.map((one) => Object.assign(document.createElement("li"), { textContent: one.original + ": " + one.refusal })),
        );
      });
    }

    /** Show a box about uploads of before, with its button that puts them aside. */
    offer(selector, uploads, fill) {
      const box = this.form.querySelector(selector);
      if (!uploads.length) return;
      fill(box);
      box.hidden = false;
      box.querySelector("button").addEventListener("click", async () => {
        box.hidden = true;
        this.known = null;
        for (const one of uploads) await ask("POST", this.address(one.id) + "bo/").catch(() => null);
      });
    }

    listed() {
      return this.replaces ? this.list + "?" + new URLSearchParams({ replaces: this.replaces }) : this.list;
    }

    address(id) {
      return this.form.dataset.uploadOne.replace("00000000-0000-0000-0000-000000000000", id);
    }

    take(files) {
      if (this.replaces) {
        files = files.slice(0, 1);
        for (const [row, one] of this.transfers) {
          one.remove();
          this.transfers.delete(row);
          row.remove();
        }
      }
      for (const file of files) {
        const row = this.template.content.firstElementChild.cloneNode(true);
        row.querySelector("[data-upload-name]").textContent = file.name;
        row.querySelector("progress").setAttribute("aria-label", file.name);
        for (const button of row.querySelectorAll("button")) {
          button.setAttribute("aria-label", button.textContent.trim() + ": " + file.name);
        }
        const transfer = new Transfer(file, this);
        transfer.row = row;
        this.transfers.set(row, transfer);
        this.rows.append(row);
        this.show(transfer);
      }
      // The caption was for these files.
      if (this.form.elements.caption && !this.replaces) this.form.elements.caption.value = "";
      this.form.querySelector("[data-upload-unfinished]").hidden = true;
      this.say(this.totalWords());
      this.fill();
    }

    /** Keep so many files moving. */
    fill() {
      const all = [...this.transfers.values()];
      let free = FILES_AT_ONCE - all.filter((one) => one.state === "sending").length;
      for (const one of all) {
        if (free <= 0) break;
        if (one.state !== "waiting") continue;
        free -= 1;
        one.run().finally(() => {
          this.fill();
          this.check();
        });
      }
    }

    /** Ask how far the server's check is, for many files at once, until none is being checked. */
    async check() {
      if (this.checking) return;
      this.checking = true;
      for (;;) {
        const open = [...this.transfers.values()].filter((one) => one.state === "checking").slice(0, CHECKS_AT_ONCE);
        if (!open.length) break;
        try {
          const asked = new URLSearchParams(open.map((one) => ["id", one.upload.id]));
          const { uploads } = await ask("GET", this.list + "?" + asked);
          const found = new Map(uploads.map((one) => [one.id, one]));
          for (const one of open) {
            const { state, refusal, linked } = found.get(one.upload.id) || {};
            if (state === "received") one.become("kept", linked && this.text("Reused").replace("{name}", linked));
            else if (state !== "verifying") one.become("refused", refusal || this.text("Gone"));
          }
        } catch (fault) {
          if (!fault.passes) {
            for (const one of open) one.fail(fault);
            break;
          }
        }
        // Not while somebody is at the list itself.
        if (Date.now() - this.shownAt > SHOW_DELAY && !document.querySelector("[data-refresh]:focus-within")) await this.showKept();
        if ([...this.transfers.values()].some((one) => one.state === "checking")) await wait(CHECK_DELAY);
      }
      this.checking = false;
      await this.settle();
    }

    /** When nothing moves any more, show the evidence as it is now and say how it went. */
    async settle() {
      const all = [...this.transfers.values()];
      if (!all.length || all.some((one) => ["waiting", "sending", "checking"].includes(one.state))) return;
      if (this.after && all.every((one) => one.state === "kept")) {
        location.assign(this.after);
        return;
      }
      await this.showKept();
      this.awaitPictures();
      // What asks for a person comes first, but for the row that somebody is at.
      const trouble = all.filter((one) => one.state !== "kept" && !one.row.contains(document.activeElement));
      this.rows.prepend(...trouble.map((one) => one.row));
      this.say([this.keptWords(), this.totalWords()].filter(Boolean).join(". "));
    }

    /** Renew the list above, and fold away the rows of what it shows now. */
    async showKept() {
      const kept = [...this.transfers.values()].filter((one) => one.state === "kept" && !one.isShown);
      this.shownAt = Date.now();
      if (!kept.length || !(await globalThis.lua.refresh())) return;
      for (const one of kept) one.isShown = true;
      this.kept.querySelector("ul").append(...kept.map((one) => one.row));
      this.kept.querySelector("[data-upload-kept-words]").textContent = this.keptWords();
      this.kept.hidden = false;
    }

    /** Renew the list until the pictures and warnings of what has just arrived are there, for a while. */
    async awaitPictures() {
      if (this.isAwaiting) return;
      this.isAwaiting = true;
      for (let tries = 0; tries < PICTURE_CHECKS && document.querySelector("[data-pending]"); tries += 1) {
        await wait(PICTURE_DELAY);
        if (!document.querySelector("[data-refresh]:focus-within")) await globalThis.lua.refresh();
      }
      this.isAwaiting = false;
    }

    keptWords() {
      const shown = [...this.transfers.values()].filter((one) => one.isShown).length;
      return shown ? this.text("Folded").replace("{n}", shown) : "";
    }

    say(words) {
      if (words && this.live.textContent !== words) this.live.textContent = words;
    }

    totalWords() {
      const all = [...this.transfers.values()];
      const sum = (pick) => all.reduce((bytes, one) => bytes + pick(one), 0);
      const failed = all.filter((one) => one.state === "failed" || one.state === "refused").length;
      const words = this.text("Total")
        .replace("{done}", all.filter((one) => one.state === "kept").length)
        .replace("{files}", all.length)
        .replace("{sent}", mib(sum((one) => one.bytesSent)))
        .replace("{bytes}", mib(sum((one) => one.size)));
      return words + (failed ? "; " + this.text("TotalFailed").replace("{n}", failed) : "");
    }

    show(transfer) {
      const row = transfer.row;
      if (!row || !this.transfers.has(row)) return;
      const bar = row.querySelector("progress");
      const note = row.querySelector("[data-upload-note]");
      // What the browser has handed to the line is not safe before the store has answered.
      const most = transfer.state === "checking" ? 100 : 99;
      const percent = transfer.size ? Math.min(most, Math.floor((100 * transfer.bytesSent) / transfer.size)) : 0;
      bar.value = percent;
      bar.hidden = ["kept", "refused"].includes(transfer.state);
      const word = this.text(transfer.state[0].toUpperCase() + transfer.state.slice(1)).replace("{percent}", percent + "%");
      const said = transfer.words ? (transfer.state === "sending" ? transfer.words : word + ": " + transfer.words) : word;
      const words = transfer.size < transfer.file.size ? said + " · " + this.shrunkWords(transfer) : said;
      if (note.textContent !== words) note.textContent = words;
      if (row.dataset.state !== transfer.state) {
        row.dataset.state = transfer.state;
        note.className = { kept: "done", failed: "failed", refused: "failed" }[transfer.state] || "";
        const usable = {
          pause: ["waiting", "sending"],
          resume: ["paused"],
          retry: ["failed"],
          remove: ["waiting", "sending", "paused", "failed", "refused"],
        };
        const held = row.contains(document.activeElement) ? document.activeElement : null;
        for (const [act, states] of Object.entries(usable)) {
          row.querySelector(`[data-upload-${act}]`).hidden = !states.includes(transfer.state);
        }
        // The button that was just pressed is gone: the next one takes its place under the keyboard.
        if (held?.hidden) row.querySelector("button:not([hidden])")?.focus();
        if (["failed", "refused"].includes(transfer.state)) this.say(transfer.file.name + ": " + words);
      }
      this.showTotal();
    }

    shrunkWords(transfer) {
      return this.text("Shrunk").replace("{from}", mib(transfer.file.size)).replace("{to}", mib(transfer.size));
    }

    showTotal() {
      if (this.isDrawing) return;
      this.isDrawing = true;
      requestAnimationFrame(() => {
        this.isDrawing = false;
        this.total.hidden = !this.transfers.size;
        this.total.textContent = this.totalWords();
      });
    }

    press(event) {
      const button = event.target.closest("button");
      const row = button?.closest("[data-upload-item]");
      const transfer = row && this.transfers.get(row);
      if (!transfer) return;
      if (button.matches("[data-upload-pause]")) {
        transfer.pause();
        this.fill();
      } else if (button.matches("[data-upload-resume], [data-upload-retry]")) {
        transfer.become("waiting");
        this.fill();
      } else if (button.matches("[data-upload-remove]")) {
        const next = row.nextElementSibling || row.previousElementSibling;
        transfer.remove();
        this.transfers.delete(row);
        row.remove();
        (next?.querySelector("button:not([hidden])") || this.form.querySelector('input[type="file"]')).focus();
        this.showTotal();
        this.fill();
        this.settle();
      }
    }
  }

  function start(form) {
    const input = form.querySelector('input[type="file"]');
    // Hashing needs a page that came by HTTPS or from this machine; elsewhere the form is sent as it is.
    if (!input || !globalThis.crypto?.subtle) return;
    form.dataset.enhanced = "yes";
    form.classList.add("lua-drop-ready");
    const desk = new Desk(form);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", (event) => desk.press(event));
    input.addEventListener("change", () => {
      desk.take([...input.files]);
      input.value = "";
    });
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
      if (event.dataTransfer.files.length) desk.take([...event.dataTransfer.files]);
    });
  }

  for (const form of document.querySelectorAll("form[data-upload]")) start(form);
})();
