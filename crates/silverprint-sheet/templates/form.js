// The masthead's receipt and the bar with the search and the filters: their
// choices, their counts, and the way from them to silverprint.find and back.
"use strict";

(() => {
  const { sheet, find, make, count } = silverprint;
  const at = (id) => document.getElementById(id);
  const query = at("query"), tag = at("tag"), list = at("tags");
  const selects = ["year", "license", "kind", "original", "sort"].map(at);

  // ---- The receipt

  function fillReceipt() {
    for (const { what, count: amount, lacking } of sheet.receipt) {
      at("receipt").append(make("span", { class: lacking && "lacking" }, make("b", {}, count(amount)), ` ${what}`));
    }
    const accounts = at("accounts");
    accounts.append(...sheet.remarks.map((remark) => make("p", { class: "remark" }, make("bdi", {}, remark))));
    if (sheet.reasons.length) {
      accounts.append(make("h2", {}, "Missing, and why"));
      accounts.append(make("ul", { class: "reasons" }, ...sheet.reasons.map(reasonLine)));
    }
    if (!accounts.hasChildNodes()) accounts.append(make("p", { class: "remark" }, "Nothing is missing."));
  }

  function reasonLine({ reason, count: amount, frames }) {
    const links = frames.map((frame) => {
      const button = make("button", { type: "button", class: "number", "aria-label": `Show frame ${frame}` }, String(frame));
      button.addEventListener("click", () => silverprint.wall.goTo(frame));
      return button;
    });
    const more = amount > frames.length ? ` and ${count(amount - frames.length)} more` : undefined;
    return make("li", {}, make("b", {}, count(amount)), " ", make("bdi", {}, reason), make("span", { class: "frames" }, " Frames ", ...links, more));
  }

  // ---- The choices

  function choices(select, options) {
    const chosen = find.state[select.id];
    if (chosen && !options.some(([value]) => value === chosen)) options.push([chosen, chosen]);
    select.replaceChildren(...options.map(([value, label]) => make("option", { value }, label)));
    select.value = chosen;
    // A filter that cannot filter anything would only be in the way.
    select.closest(".field").hidden = options.length < 2;
  }

  const counted = (label, amount) => `${label} (${count(amount)})`;

  function fillChoices() {
    at("year-label").textContent = find.state.sort === "taken" ? "Year taken" : "Year";
    choices(at("year"), [["", "any"], ...find.years().map(([year, amount]) => [year, counted(year, amount)])]);
    choices(at("license"), [["", "any"], ...sheet.licenses.map(([id, amount, name]) => [String(id), counted(name ?? (id < 0 ? "unknown" : `number ${id}`), amount)])]);
    const some = (value, label, amount) => (amount > 0 ? [[value, counted(label, amount)]] : []);
    const videos = some("video", "videos", sheet.videos);
    choices(at("kind"), [["", "all"], ...(videos.length ? some("photo", "photos", find.total - sheet.videos) : []), ...videos, ...some("missing", "missing", sheet.missing), ...some("marked", "with a note", sheet.marked)]);
    const others = find.total - sheet.originals;
    choices(at("original"), [["", "all"], ...(others > 0 && sheet.originals > 0 ? [["yes", counted("originals", sheet.originals)], ["no", counted("smaller", others)]] : [])]);
    const sorts = [["", sheet.subject === "files" ? "name" : "date posted"], ["taken", "date taken"], ["title", "title"], ["views", "views"]];
    choices(at("sort"), sheet.subject === "files" ? sorts.filter(([value]) => value !== "views") : sorts);
  }

  /** The form says what is asked for, wherever that came from. */
  function reflect() {
    const { state } = find;
    // Letters that are not asked for yet are not taken away by an earlier answer.
    if (pause === undefined && query.value.trim() !== state.q) query.value = state.q;
    if (document.activeElement !== tag) tag.value = state.tag;
    fillChoices();
    at("clear").hidden = !find.isAsked();
    const set = ["year", "tag", "license", "kind", "original"].filter((name) => state[name]).length;
    at("more").textContent = set ? `Filters (${set})` : "Filters";
  }

  for (const select of selects) select.addEventListener("change", () => find.change({ [select.id]: select.value }));
  at("clear").addEventListener("click", () => {
    query.value = tag.value = "";
    find.clear();
    query.focus();
  });
  at("more").addEventListener("click", () => {
    const open = at("more").getAttribute("aria-expanded") !== "true";
    at("more").setAttribute("aria-expanded", open);
    at("bar").classList.toggle("open", open);
  });

  // ---- The search

  let typing; // the first letters are a step in the history, the next ones go on with it
  let pause; // what was typed is not asked for yet
  let isEntering = false; // Enter came before there was anything to go to
  const ask = () => {
    if (pause === undefined) return;
    clearTimeout(pause);
    pause = undefined;
    find.change({ q: query.value.trim() }, { replace: Boolean(typing) });
    typing = query.value.trim();
  };
  query.addEventListener("input", () => {
    isEntering = false;
    clearTimeout(pause);
    pause = setTimeout(ask, 60);
  });
  query.addEventListener("blur", () => {
    ask();
    typing = undefined;
  });
  // Whoever goes to the search is about to need the texts.
  query.addEventListener("focus", () => { if (silverprint.text.isSmall()) silverprint.text.load({ now: true }); });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      ask(); // or Enter would lead into the answer to the letters before the last
      isEntering = silverprint.view.reading && silverprint.view.length === 0;
      silverprint.wall.enter();
    }
  });
  silverprint.events.addEventListener("view", () => {
    if (!isEntering || silverprint.view.length === 0) return;
    isEntering = false;
    if (document.activeElement === query) queueMicrotask(() => silverprint.wall.enter()); // once it is laid out
  });

  // ---- Tags: a text field with suggestions

  const MOST = 12;
  let options = []; // [name, count], as shown
  let active = -1;

  function suggest() {
    const wanted = silverprint.fold(tag.value.trim());
    const { tags } = silverprint.table;
    const rank = ([name]) => { const at = silverprint.fold(name).indexOf(wanted); return at < 0 ? 0 : at === 0 ? 2 : 1; };
    const found = [];
    for (const entry of tags) {
      const rated = rank(entry);
      if (rated) found.push([rated, entry]);
    }
    found.sort(([a, [, x]], [b, [, y]]) => b - a || y - x);
    options = found.slice(0, MOST).map(([, entry]) => entry);
    list.replaceChildren(...options.map(([name, amount], i) =>
      make("li", { role: "option", id: `tag-${i}`, "aria-selected": "false" }, make("bdi", {}, name), " ", make("span", {}, count(amount)))));
    mark(-1);
    show(options.length > 0 && document.activeElement === tag);
  }

  function show(isOpen) {
    list.hidden = !isOpen;
    tag.setAttribute("aria-expanded", isOpen);
    if (!isOpen) mark(-1);
  }

  function mark(i) {
    active = i;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", at === i));
    if (i < 0) tag.removeAttribute("aria-activedescendant");
    else {
      tag.setAttribute("aria-activedescendant", `tag-${i}`);
      list.children[i].scrollIntoView({ block: "nearest" });
    }
  }

  function pick(name) {
    tag.value = name;
    show(false);
    find.change({ tag: name });
  }

  const open = () => silverprint.loadColumns().then(suggest);
  tag.addEventListener("focus", open);
  tag.addEventListener("input", () => {
    if (tag.value === "") find.change({ tag: "" });
    open();
  });
  tag.addEventListener("blur", () => {
    show(false);
    tag.value = find.state.tag; // what is not picked is not asked for
  });
  tag.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void open();
      const step = key === "ArrowDown" ? 1 : -1;
      mark((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (key === "Enter") {
      event.preventDefault();
      const choice = options[active] ?? options.find(([name]) => silverprint.fold(name) === silverprint.fold(tag.value.trim())) ?? options[0];
      if (tag.value.trim() && choice) pick(choice[0]);
    } else if (key === "Escape" && !list.hidden) {
      event.stopPropagation();
      show(false);
    }
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) pick(options[[...list.children].indexOf(option)][0]);
  });

  // ---- The count

  let said;
  function sayCount() {
    const { view } = silverprint;
    const all = count(find.total, "photo");
    let text = view.everything && !view.reading ? all : `${count(view.length)} of ${all}`;
    if (view.reading) text += ` · ${Math.floor(100 * silverprint.text.share)} % read`;
    at("count").textContent = text;
    const empty = at("empty");
    empty.hidden = view.length > 0 || view.reading;
    empty.textContent = find.total === 0 ? "No photos yet." : "No photo is like that.";
    // Spoken once the typing pauses, not at each letter.
    clearTimeout(said);
    if (find.isAsked() || at("announcement").textContent) said = setTimeout(() => { at("announcement").textContent = text; }, 700);
  }

  const ready = () => document.documentElement.classList.add("ready"); // to be seen: see sheet.css
  silverprint.events.addEventListener("busy", () => { at("count").textContent = "Reading…"; ready(); });
  silverprint.events.addEventListener("view", () => { reflect(); sayCount(); ready(); });
  silverprint.events.addEventListener("text", () => silverprint.view.reading && sayCount());
  fillReceipt();
  reflect();
})();
