// One frame of the wall: the rebate with its number, the print, and what stands there
// if there is none. wall.js says which frame a cell shows; cells are used again and again.
"use strict";

(() => {
  const { sheet, make } = silverprint;
  silverprint.cells = { make: newCell, fill, dress };

  function newCell(column) {
    const number = make("span", { class: "number" });
    const mark = make("span", { class: "mark" });
    const print = make("span", { class: "print" });
    const link = make("a", { class: "frame", tabindex: "-1" }, make("span", { class: "rebate" }, number, mark), print);
    const element = make("div", { role: "gridcell", "aria-colindex": column + 1 }, link);
    const cell = { element, link, number, mark, print };
    link.cell = cell; // from an event's target back to here
    return cell;
  }

  function fill(cell, position) {
    const frame = position === undefined ? undefined : silverprint.view.frameAt(position);
    cell.position = position;
    if (cell.frame === frame && cell.row !== undefined) return;
    cell.frame = frame;
    cell.row = undefined;
    if (frame === undefined) return;
    cell.number.textContent = frame;
    dress(cell, silverprint.rowNow(frame));
  }

  /** Shows what is known of a frame: its print at once, the rest with its row. */
  function dress(cell, row) {
    const { frame, link } = cell;
    cell.row = row;
    cell.name = row ? row.title || `Photo ${row.id}, untitled` : `Frame ${frame}`;
    cell.mark.textContent = row?.video ? "▶" : row?.note && !row.missing ? "†" : "";
    link.classList.toggle("missing", Boolean(row?.missing));
    if (row?.picture) link.href = row.picture;
    else link.removeAttribute("href");
    link.toggleAttribute("role", !row?.picture);
    if (!row?.picture) link.setAttribute("role", "link");
    if (row?.thumb) showThumbnail(cell, row.thumb);
    else if (row === null || row?.noPrint || !sheet.strips) showReason(cell, row);
    else showPrint(cell);
  }

  function describe({ name, row }) {
    if (row?.missing) return `${name}, missing: ${row.note ?? "no reason known"}`;
    return row?.video ? `${name}, video` : name;
  }

  /** The print out of its strip, for which the number alone is enough. */
  function showPrint(cell) {
    if (cell.print.firstElementChild?.localName !== "canvas") cell.print.replaceChildren(silverprint.newPrint());
    const canvas = cell.print.firstElementChild;
    canvas.setAttribute("aria-label", describe(cell));
    silverprint.drawPrint(canvas, silverprint.printOf(cell.frame));
  }

  /** A thumbnail in a file of its own: of another size or format than the strips'. */
  function showThumbnail(cell, src) {
    let img = cell.print.firstElementChild;
    // A new element for another file: the old one would go on showing the old picture till then.
    if (img?.localName !== "img" || img.getAttribute("src") !== src) {
      img = make("img", { src, decoding: "async", draggable: "false" });
      cell.print.replaceChildren(img);
    }
    img.alt = describe(cell);
  }

  /** Nothing to print: the frame stays, empty, and says why. */
  function showReason(cell, row) {
    if (row === undefined) return cell.print.replaceChildren(); // not known yet
    const why = row === null ? "not listed yet" : row.note ?? (row.missing ? "missing" : "no thumbnail");
    cell.print.replaceChildren(make("span", { class: "unseen" }, `${cell.name}: `), make("bdi", { class: "reason" }, why));
  }
})();
