// The prints, out of the strips: 50 thumbnails in one JPEG are one file to read and one
// picture to decode, and a window needs two or three of them.
//
// Each frame's print is a small canvas, onto which its part of the strip is copied. An
// <img> that shows a part of the strip, or a background, is simpler, but the browser
// keeps every strip that it has decoded until memory runs out: after some jumps about
// 100,000 photos 400 MB more than this, and the windows were filled half as fast. So
// decoded strips are kept here, a few of them.
"use strict";

(() => {
  const MOST_DECODED = 8; // of 2.9 MB each; where the wall scrolls, two or three are drawn from
  const AT_ONCE = 3; // read side by side; more would only delay the first
  const [width, height] = silverprint.sheet.print;

  const decoded = new Map(); // address -> ImageBitmap; the one used last stands last
  const wanted = new Map(); // address -> canvases that wait for it, the most urgent strip first
  const failed = new Set();
  let active = 0;

  /** A canvas for a print. */
  silverprint.newPrint = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    canvas.setAttribute("role", "img");
    return canvas;
  };

  /** Draws the print at a place of a strip: at once, or when the strip is there. */
  silverprint.drawPrint = (canvas, { src, place }) => {
    if (canvas.src === src && canvas.place === place) return;
    if (canvas.isDrawn) canvas.getContext("2d").clearRect(0, 0, width, height);
    Object.assign(canvas, { src, place, isDrawn: false });
    const bitmap = decoded.get(src);
    if (bitmap) {
      decoded.delete(src);
      decoded.set(src, bitmap);
      draw(canvas, bitmap);
    } else if (!failed.has(src)) {
      if (!wanted.has(src)) wanted.set(src, new Set());
      wanted.get(src).add(canvas);
      queueMicrotask(readNext);
    }
  };

  function draw(canvas, bitmap) {
    canvas.getContext("2d").drawImage(bitmap, 0, canvas.place * height, width, height, 0, 0, width, height);
    canvas.isDrawn = true;
  }

  function readNext() {
    for (const [src, canvases] of wanted) {
      if (active >= AT_ONCE) return;
      // A canvas may have gone on to another frame, or out of the page.
      for (const canvas of canvases) if (canvas.src !== src || !canvas.isConnected) canvases.delete(canvas);
      if (canvases.isBeingRead) continue;
      if (canvases.size === 0) wanted.delete(src);
      else {
        canvases.isBeingRead = true;
        active++;
        read(src).then((bitmap) => keep(src, bitmap), () => failed.add(src)).finally(() => {
          wanted.delete(src);
          active--;
          readNext();
        });
      }
    }
  }

  async function read(src) {
    const img = new Image();
    await new Promise((resolve, reject) => {
      img.onload = resolve;
      img.onerror = reject;
      img.src = src;
    });
    return createImageBitmap(img);
  }

  function keep(src, bitmap) {
    for (const canvas of wanted.get(src)) if (canvas.src === src) draw(canvas, bitmap);
    decoded.set(src, bitmap);
    if (decoded.size <= MOST_DECODED) return;
    const [oldest, old] = decoded.entries().next().value;
    decoded.delete(oldest);
    old.close();
  }
})();
