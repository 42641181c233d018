// One frame of the wall: the rebate with its number, the print, and what stands there
// if there is none. wall.js says which frame a cell shows; cells are used again and again.
//
// The prints come from strips, 50 thumbnails in one JPEG. They are <img>s with object-fit
// and object-position rather than backgrounds: they scroll as smoothly (measured), have an
// alternative text, and `decoding=async` keeps a strip's decoding out of the scrolling.
"use strict";

(() => {
  const { sheet, make } = silverprint;
  const cells = { make: newCell, fill, dress, printHeight: sheet.print[1] };
  silverprint.cells = cells;

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
    if (row?.thumb) showPrint(cell, row.thumb, undefined);
    else if (row === null || row?.noPrint || !sheet.strips) showReason(cell, row);
    else {
      const { src, place } = silverprint.printOf(frame);
      showPrint(cell, src, place);
    }
  }

  function showPrint(cell, src, place) {
    let img = cell.print.firstElementChild;
    // A new element for another file: the old one would go on showing the old picture till then.
    if (img?.localName !== "img" || cell.src !== src) {
      img = document.createElement("img");
      img.decoding = "async";
      img.draggable = false;
      img.src = cell.src = src;
      cell.print.replaceChildren(img);
    }
    img.alt = cell.row?.missing ? `${cell.name}, missing: ${cell.row.note ?? "no reason known"}` : cell.row?.video ? `${cell.name}, video` : cell.name;
    img.className = place === undefined ? "single" : "";
    img.style.objectPosition = place === undefined ? "" : `0 ${-place * cells.printHeight}px`;
  }

  /** Nothing to print: the frame stays, empty, and says why. */
  function showReason(cell, row) {
    cell.src = undefined;
    if (row === undefined) return cell.print.replaceChildren(); // not known yet
    const why = row === null ? "not listed yet" : row.note ?? (row.missing ? "missing" : "no thumbnail");
    cell.print.replaceChildren(make("span", { class: "unseen" }, `${cell.name}: `), make("bdi", { class: "reason" }, why));
  }
})();
