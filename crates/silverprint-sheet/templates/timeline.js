// The timeline at the right edge: the whole wall in the window's height, with its
// years. Click or drag along it, or use the arrows: it is a slider over the groups.
"use strict";

(() => {
  const { wall, make, events } = silverprint;
  const nav = document.getElementById("timeline");
  const rail = document.getElementById("rail");
  const marks = make("div", { class: "marks", "aria-hidden": "true" });
  const needle = make("div", { class: "needle", "aria-hidden": "true" });
  const bubble = make("div", { class: "bubble", "aria-hidden": "true", hidden: true });
  rail.append(marks, needle, bubble);

  const LEAST_LABEL = 22, LEAST_TICK = 5; // px between two
  let height = 0;

  const groups = () => silverprint.view.groups;
  /** Months share the label of their year; other groups have their own. */
  const yearOf = ({ key, label }) => (/^\d{4}-\d\d$/.test(key) ? key.slice(0, 4) : shorten(label));
  const shorten = (label) => label.replace(/ .*/, "").slice(0, 7);

  function draw() {
    nav.hidden = groups().length < 2;
    document.body.classList.toggle("has-timeline", !nav.hidden);
    if (nav.hidden) return;
    height = rail.clientHeight;
    const items = [];
    let labelled = -Infinity, ticked = -Infinity, year;
    groups().forEach((group, i) => {
      const y = (wall.layout.groupTop(i) / wall.layout.height) * height;
      const isNew = yearOf(group) !== year;
      if (isNew && y - labelled >= LEAST_LABEL && y < height - LEAST_LABEL / 2) {
        year = yearOf(group);
        items.push(mark("year", y, year));
        labelled = ticked = y;
      } else if (y - ticked >= LEAST_TICK) {
        items.push(mark("tick", y));
        ticked = y;
      }
    });
    marks.replaceChildren(...items);
    rail.setAttribute("aria-valuemin", 1);
    rail.setAttribute("aria-valuemax", groups().length);
    follow();
  }

  function mark(name, y, text) {
    const element = make("span", { class: name }, text);
    element.style.transform = `translateY(${Math.round(y)}px)`;
    return element;
  }

  const current = () => wall.layout.groupAt(Math.max(0, wall.top + 1));

  function follow() {
    if (nav.hidden || !wall.layout) return;
    const share = Math.min(1, Math.max(0, wall.top / wall.layout.height));
    needle.style.transform = `translateY(${Math.round(share * height)}px)`;
    const i = current();
    // Up is towards the newest, and a slider's values grow upwards.
    rail.setAttribute("aria-valuenow", groups().length - i);
    rail.setAttribute("aria-valuetext", `${groups()[i].label}, ${silverprint.count(groups()[i].length, "photo")}`);
  }

  function say(y) {
    const group = groups()[wall.layout.groupAt((y / height) * wall.layout.height)];
    bubble.replaceChildren(group.label, " ", make("span", { class: "tally" }, silverprint.count(group.length)));
    bubble.style.transform = `translateY(${Math.round(Math.min(Math.max(y, 14), height - 14))}px) translateY(-50%)`;
    bubble.hidden = false;
  }

  // ---- The pointer

  const heightOf = (event) => Math.min(Math.max(event.clientY - rail.getBoundingClientRect().top, 0), height);
  const barHeight = () => document.getElementById("bar").offsetHeight;
  let drag; // the height to go to with the next frame
  let isDragging = false;

  function dragTo(y) {
    if (drag === undefined) requestAnimationFrame(() => {
      wall.scrollTo((drag / height) * wall.layout.height - barHeight());
      drag = undefined;
    });
    drag = y;
  }

  rail.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    isDragging = true;
    rail.setPointerCapture(event.pointerId);
    say(heightOf(event));
    dragTo(heightOf(event));
  });
  rail.addEventListener("pointermove", (event) => {
    say(heightOf(event));
    if (isDragging) dragTo(heightOf(event));
  });
  for (const name of ["pointerup", "pointercancel"]) rail.addEventListener(name, () => { isDragging = false; });
  for (const name of ["pointerleave", "pointerup"]) rail.addEventListener(name, (event) => {
    if (name === "pointerleave" || event.pointerType === "touch") bubble.hidden = true;
  });

  // ---- The keyboard

  function goTo(i) {
    const group = Math.min(Math.max(i, 0), groups().length - 1);
    wall.scrollTo(wall.layout.groupTop(group) - barHeight());
    follow();
    say((wall.layout.groupTop(group) / wall.layout.height) * height);
  }

  /** The first group of the next year, or of this one, or of the one before. */
  function nextYear(step) {
    const all = groups();
    let i = current();
    const begin = (i) => { while (i > 0 && yearOf(all[i - 1]) === yearOf(all[i])) i--; return i; };
    if (step < 0) return begin(i) < i ? begin(i) : begin(Math.max(0, i - 1));
    const year = yearOf(all[i]);
    while (i < all.length - 1 && yearOf(all[i]) === year) i++;
    return i;
  }

  rail.addEventListener("keydown", (event) => {
    const moves = {
      ArrowUp: () => current() - 1, ArrowLeft: () => current() - 1,
      ArrowDown: () => current() + 1, ArrowRight: () => current() + 1,
      PageUp: () => nextYear(-1), PageDown: () => nextYear(1),
      Home: () => 0, End: () => groups().length - 1,
      Enter: () => { wall.enter(); },
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const to = moves[event.key]();
    if (to !== undefined) goTo(to);
  });
  rail.addEventListener("blur", () => { bubble.hidden = true; });

  events.addEventListener("laid", draw);
  events.addEventListener("rendered", follow);
  addEventListener("resize", () => wall.layout && draw());
})();
