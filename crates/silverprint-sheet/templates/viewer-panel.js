// The viewer's panel: everything the archive knows of one photo.
//
// Titles, descriptions, tags and file names are other people's words: they are
// set as text, and a link is made only of http(s) addresses and of files inside
// the archive's folder.
"use strict";

(() => {
  const { make, count } = silverprint;
  const longDate = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

  /** What to call a photo: its title, or that it has none. */
  silverprint.titleOf = (row) => row?.title?.trim() || (row?.video ? "Untitled video" : "Untitled photo");

  /** Fills `panel` with what is known of a frame; `say` announces what was copied. */
  silverprint.fillPanel = (panel, frame, row, say) => {
    const copied = (what, text, source) => copyButton(what, text, source, say);
    panel.replaceChildren(...[
      make("p", { class: "viewer-number" }, `Frame ${count(frame)}`),
      heading(row),
      row?.note && make("p", { class: "viewer-note" }, sentence(row.note)),
      row?.description && make("p", { class: "viewer-description", dir: "auto" }, row.description),
      row?.tags?.length ? tags(row.tags) : undefined,
      row && facts(row, copied),
      row?.credit && credit(row.credit, copied),
      row && page(row),
    ].filter(Boolean));
    panel.scrollTop = 0;
  };

  function heading(row) {
    const untitled = !row?.title?.trim();
    const title = row ? silverprint.titleOf(row) : "Not listed yet";
    return make("h2", { id: "viewer-title", class: untitled && "viewer-untitled", dir: "auto" }, title);
  }

  // A tag leads to the wall of all photos that have it; the address is read there, as text.
  function tags(names) {
    const items = names.map((name) =>
      make("li", {}, make("a", { href: `#tag=${encodeURIComponent(name)}`, dir: "auto" }, name)));
    return make("ul", { class: "viewer-tags", "aria-label": "Tags" }, ...items);
  }

  function facts(row, copied) {
    const list = make("dl", { class: "viewer-facts" });
    const add = (term, ...values) => {
      const shown = values.filter(Boolean);
      if (shown.length) list.append(make("div", {}, make("dt", {}, term), ...shown.map((value) => make("dd", {}, value))));
    };
    add("Taken", row.taken && takenOn(row.taken));
    add("Posted", row.posted !== undefined && postedOn(row.posted));
    add("Views", row.views !== undefined && count(row.views));
    add("Camera", ...(row.camera ?? []));
    add("Place", row.place && place(row.place, copied));
    add("Licence", licence(row));
    add("File", row.file && fileLink(row), dimensions(row), size(row.bytes), rendition(row));
    add("SHA-256", row.sha256 && checksum(row.sha256, copied));
    return list;
  }

  // Flickr writes the camera's own clock, without a zone; what does not read as
  // a date (2011-00-00, a year alone) is shown as it was written.
  function takenOn(taken) {
    const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(taken);
    const date = parts && new Date(`${parts[1]}T${parts[2]}Z`);
    if (!date || Number.isNaN(date.getTime())) return taken;
    return make("time", { datetime: `${parts[1]}T${parts[2]}` }, longDate.format(date));
  }

  function postedOn(seconds) {
    const date = new Date(seconds * 1000);
    if (Number.isNaN(date.getTime())) return undefined;
    return make("time", { datetime: date.toISOString() }, `${longDate.format(date)} UTC`);
  }

  function place([latitude, longitude], copied) {
    const north = `${Math.abs(latitude)}° ${latitude < 0 ? "S" : "N"}`;
    const east = `${Math.abs(longitude)}° ${longitude < 0 ? "W" : "E"}`;
    const text = make("span", {}, `${north}, ${east}`);
    return withButton(text, copied("coordinates", `${latitude}, ${longitude}`, text));
  }

  function licence(row) {
    if (silverprint.sheet.subject === "files" && row.license === undefined) return undefined;
    const known = silverprint.sheet.licenses.find(([id]) => id === row.license);
    const name = known?.[2];
    if (!name) return row.license === undefined || row.license < 0 ? "Unknown" : `Unknown (number ${row.license})`;
    return webLink(known[3], name, "external license noopener noreferrer") ?? name;
  }

  function fileLink(row) {
    const href = silverprint.localAddress(row.stream ?? row.picture);
    if (row.missing || !href) return row.file;
    return make("a", { href, class: "viewer-file", dir: "auto" }, row.file);
  }

  function dimensions({ width, height, video }) {
    if (!width || !height) return undefined;
    const megapixels = (width * height) / 1e6;
    const about = video || megapixels < 0.1 ? "" : ` · ${megapixels.toFixed(1)} MP`;
    return `${count(width)} × ${count(height)} pixels${about}`;
  }

  function size(bytes) {
    if (bytes === undefined) return undefined;
    if (bytes < 1000) return `${bytes} bytes`;
    const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
    const scaled = (bytes / 1000 ** power).toPrecision(3);
    return `${Number(scaled)} ${["", "kB", "MB", "GB", "TB"][power]} (${count(bytes)} bytes)`;
  }

  function rendition(row) {
    if (row.missing) return undefined;
    if (row.original) return "The original";
    return row.rendition && `${row.rendition}, not the original`;
  }

  function checksum(sha256, copied) {
    const text = make("code", {}, sha256);
    return withButton(text, copied("SHA-256", sha256, text));
  }

  function credit(line, copied) {
    const text = make("p", { dir: "auto" }, line);
    return make("div", { class: "viewer-credit" }, text, copied("credit line", line, text));
  }

  function page(row) {
    const link = webLink(row.page, "View on Flickr", "external noopener noreferrer");
    return link && make("p", { class: "viewer-page" }, link);
  }

  /** A link out of the archive; none where the address is not http(s). */
  function webLink(address, text, rel) {
    if (!address || !/^https?:\/\//i.test(address)) return undefined;
    return make("a", { href: address, rel }, text);
  }

  const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const withButton = (text, button) => make("span", { class: "viewer-copied" }, text, button);

  /** A button that copies `text`; where it may not, it selects `source`, which shows it. */
  function copyButton(what, text, source, say) {
    const button = make("button", { type: "button", class: "viewer-copy", "aria-label": `Copy ${what}` }, "Copy");
    button.addEventListener("click", async () => {
      const done = await copy(text, source);
      button.textContent = done ? "Copied" : "Selected";
      button.setAttribute("aria-label", `${button.textContent} ${what}`);
      say(done ? `Copied the ${what}` : `The ${what} is selected: copy it with the keyboard`);
      setTimeout(() => {
        button.textContent = "Copy";
        button.setAttribute("aria-label", `Copy ${what}`);
      }, 2000);
    });
    return button;
  }

  async function copy(text, source) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not every browser lets a file:// page at the clipboard; the old way asks nobody.
      const selection = getSelection();
      selection.selectAllChildren(source);
      const onCopy = (event) => {
        event.clipboardData.setData("text/plain", text);
        event.preventDefault();
      };
      document.addEventListener("copy", onCopy, { once: true });
      const done = document.execCommand("copy");
      document.removeEventListener("copy", onCopy);
      if (done) selection.removeAllRanges();
      return done;
    }
  }
})();
