// The stage of the viewer: one photo, video or message, fitted or at 100 %.
//
// At 100 % the stage is an ordinary scrolling box: fingers, wheel, scrollbars
// and the keyboard pan it without a line of script; only dragging with the
// mouse is added here. Every text is hostile: it becomes text or an attribute,
// never markup.
"use strict";

(() => {
  const { make } = silverprint;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const DEVELOP = 150; // ms, from the print to its picture
  const FADE = 600; // ms, from one picture of a slideshow to the next
  const DRAG = 5; // px before a press becomes a drag
  const SWIPE = 50; // px before a drag becomes a swipe
  const HURRY = 120; // ms between two photos that nobody looks at
  const DOUBLE = 350; // ms between the taps of a double tap

  // What common browsers leave to other programs. They are tried all the same:
  // Safari shows HEIC and TIFF. The name only decides what the message says.
  const FOREIGN = /\.(tiff?|hei[cf]|psd|dng|nef|cr[23]|arw|orf|rw2|raf|jp2|jxl)$/i;
  const FOREIGN_FILM = /\.(avi|wmv|mpe?g|mov|mts|3gp|flv|mkv)$/i;

  /** A file's address, but only of one inside the archive's folder. */
  silverprint.localAddress = (reference) => {
    if (!reference) return undefined;
    try {
      const address = new URL(reference, document.baseURI).href;
      return address.startsWith(new URL(".", document.baseURI).href) ? address : undefined;
    } catch {
      return undefined;
    }
  };

  /** The silver print of a frame, cut out of its strip; none where there is none. */
  function printOf(frame, row) {
    const { sheet } = silverprint;
    const [width, height] = row.size ?? sheet.print;
    const inStrip = sheet.strips && !row.thumb;
    if (row.noPrint || !(inStrip || row.thumb)) return undefined;
    const img = make("img", { alt: "", draggable: "false" });
    if (inStrip) {
      const { src, place } = silverprint.printOf(frame);
      img.src = src;
      // A little larger than its window, lest the print above shows at the edge.
      img.style.width = "101.5%";
      img.style.left = "-0.75%";
      img.style.top = `${-101.5 * place - 0.75}%`;
    } else {
      img.src = silverprint.localAddress(row.thumb) ?? "";
    }
    const print = make("div", { class: "viewer-print" }, img);
    // A print holds the middle of its picture: the largest box of its shape in the picture's.
    print.style.aspectRatio = `${width} / ${height}`;
    return { element: print, width, height };
  }

  silverprint.ViewerStage = class {
    /** Tells `element`'s listeners of "step" (detail: 1 or -1), "dismiss" and "zoom". */
    constructor(element) {
      this.element = element;
      this.zoomed = false;
      this.mount = undefined; // the box the picture is mounted in
      this.media = undefined; // its <img> or <video>; none where a message stands
      this.natural = undefined; // [width, height] in pixels, as far as known
      this.shownAt = -HURRY; // when the last picture was mounted
      this.ready = Promise.resolve(); // settles when the picture, or why there is none, is there
      new ResizeObserver(() => this.#layOut()).observe(element);
      this.#listenToTaps();
      this.#listenToMouse();
      this.#listenToSwipes();
    }

    /** Mounts a frame. `crossfade` keeps the last picture until this one is there. */
    show(frame, row, { crossfade = false } = {}) {
      this.#release();
      this.#setZoomed(false);
      const last = crossfade ? this.mount : undefined;
      this.mount = make("div", { class: "viewer-mount" });
      this.element.replaceChildren(...(last ? [last] : []), this.mount);
      if (!row || row.missing || !row.picture) {
        this.#explainMissing(frame, row);
      } else if (row.video && row.stream) {
        this.#mountVideo(frame, row);
      } else {
        this.#mountPicture(frame, row, last);
      }
      const { mount } = this;
      if (last) this.ready = this.ready.then(() => crossfadeBetween(last, mount));
    }

    /** Nothing is shown any more: lets go of pictures and films. */
    clear() {
      this.#release();
      this.mount = this.media = this.natural = undefined;
      this.element.replaceChildren();
      this.#setZoomed(false);
    }

    /** How much larger than fitted the picture would be at 100 %; none: not larger. */
    get fullScale() {
      if (!this.natural || !(this.media instanceof HTMLImageElement)) return undefined;
      const fit = this.#fitScale();
      // 100 %: a pixel of the picture on a pixel of the screen; where that were
      // no larger than fitted (a small picture, a dense screen), on a CSS pixel.
      return [1 / devicePixelRatio, 1].find((scale) => scale > fit * 1.02);
    }

    /** Between fitted and 100 %; what lies at `point` stays there. */
    toggleZoom(point) {
      if (!this.zoomed && !this.fullScale) return;
      const box = this.mount.getBoundingClientRect();
      const { x, y } = point ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const across = (x - box.x) / box.width;
      const down = (y - box.y) / box.height;
      this.#setZoomed(!this.zoomed);
      const now = this.mount.getBoundingClientRect();
      this.element.scrollLeft += now.x + across * now.width - x;
      this.element.scrollTop += now.y + down * now.height - y;
    }

    #setZoomed(zoomed) {
      this.zoomed = zoomed;
      this.element.classList.toggle("viewer-zoomed", zoomed);
      // A box that scrolls must be reachable by keyboard; one that does not must not.
      // If it has the focus, that must not fall out of the dialog, and the keys with it.
      if (zoomed) this.element.tabIndex = 0;
      else if (document.activeElement === this.element) this.element.closest("dialog").focus();
      if (!zoomed) this.element.removeAttribute("tabindex");
      this.#layOut();
      this.#tell("zoom");
    }

    #fitScale() {
      const style = getComputedStyle(this.element);
      const width = this.element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const height = this.element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
      return Math.min(1, width / this.natural[0], height / this.natural[1]);
    }

    // The mount has its size before the picture is there, so nothing moves when it comes.
    #layOut() {
      if (!this.natural) return;
      const scale = (this.zoomed && this.fullScale) || this.#fitScale();
      this.mount.style.width = `${Math.max(1, Math.round(this.natural[0] * scale))}px`;
      this.mount.style.height = `${Math.max(1, Math.round(this.natural[1] * scale))}px`;
      this.element.classList.toggle("viewer-zoomable", Boolean(this.fullScale));
    }

    #setNatural(width, height) {
      this.natural = width > 0 && height > 0 ? [width, height] : undefined;
      this.#layOut();
    }

    #mountPicture(frame, row, last) {
      const print = last ? undefined : printOf(frame, row);
      const img = make("img", { class: "viewer-picture viewer-loading", alt: silverprint.titleOf(row), draggable: "false" });
      this.media = img;
      this.#setNatural(row.width ?? print?.width, row.height ?? print?.height);
      this.mount.append(...(print ? [print.element] : []), img);
      if (print) fitPrint(print, this.natural);
      const { mount } = this;
      this.ready = this.#unhurried().then(() => {
        if (this.mount !== mount) return undefined;
        img.src = silverprint.localAddress(row.picture) ?? "";
        return img.decode().catch(() => {}); // a broken file is known by its having no width
      }).then(() => {
        if (this.mount !== mount) return;
        if (!img.naturalWidth) return void this.#explainUnreadable(frame, row, row.picture);
        // The file has the last word: it may lie on its side, or have been exchanged.
        this.#setNatural(img.naturalWidth, img.naturalHeight);
        img.classList.remove("viewer-loading");
        this.#tell("zoom");
        if (!print) return;
        // The picture comes out on the print as in the developer; what is
        // transparent in it must not let the print through for ever.
        const developed = img.animate({ opacity: [0, 1] }, calm.matches ? 0 : DEVELOP).finished;
        developed.catch(() => {}).then(() => print.element.remove());
      });
    }

    // While an arrow key is held down, prints will do: no picture is read for a glance.
    async #unhurried() {
      const hurried = performance.now() - this.shownAt < HURRY;
      this.shownAt = performance.now();
      if (hurried) await new Promise((resolve) => setTimeout(resolve, HURRY));
    }

    #mountVideo(frame, row) {
      const video = make("video", {
        class: "viewer-picture", controls: true, playsinline: true, preload: "metadata",
        poster: silverprint.localAddress(row.picture), "aria-label": silverprint.titleOf(row),
      });
      this.media = video;
      this.#setNatural(row.width ?? 1280, row.height ?? 720);
      const { mount } = this;
      this.ready = new Promise((resolve) => {
        video.addEventListener("loadedmetadata", () => {
          if (this.mount === mount && video.videoWidth) this.#setNatural(video.videoWidth, video.videoHeight);
          resolve();
        });
        video.addEventListener("error", () => {
          if (this.mount === mount && this.media === video) this.#explainUnreadable(frame, row, row.stream);
          resolve();
        });
      });
      mount.append(video);
      video.src = silverprint.localAddress(row.stream) ?? "";
    }

    #explainMissing(frame, row) {
      const why = row?.note ?? (row ? "Its file is not in the archive." : "This frame is not listed yet.");
      this.#explain(undefined, row ? "This photo is missing" : "Nothing here yet", why);
    }

    #explainUnreadable(frame, row, reference) {
      const name = row.file ?? decodeURIComponent(reference);
      const address = silverprint.localAddress(reference);
      if ((row.video ? FOREIGN_FILM : FOREIGN).test(reference)) {
        const kind = reference.split(".").pop().toUpperCase();
        const link = make("a", { href: address }, "Open the file");
        this.#explain(printOf(frame, row), `This browser cannot show ${kind} files`, "Another program on this computer may.", link);
      } else {
        this.#explain(printOf(frame, row), "The file cannot be loaded", `It may have been moved, renamed or deleted: ${name}`);
      }
    }

    #explain(print, what, why, ...more) {
      this.media = this.natural = undefined;
      this.mount.className = "viewer-mount viewer-message";
      this.mount.removeAttribute("style");
      if (print) print.element.style.width = `${print.width}px`;
      this.mount.replaceChildren(
        ...(print ? [print.element] : []),
        make("p", { class: "viewer-what" }, what),
        make("p", {}, why),
        ...more,
      );
      this.element.classList.remove("viewer-zoomable");
      this.#tell("zoom");
    }

    // A <video> goes on loading, and sounding, after it has left the page.
    #release() {
      if (this.media instanceof HTMLVideoElement) {
        this.media.pause();
        this.media.removeAttribute("src");
        const film = this.media;
        this.media = undefined; // so that the error of having no source is not ours
        film.load();
      }
    }

    #tell(what, detail) {
      this.element.dispatchEvent(new CustomEvent(what, { detail }));
    }

    // A click zooms, and so does a double tap: a single tap is too easily made by accident.
    #listenToTaps() {
      let touch = false;
      let tapped = -DOUBLE;
      this.element.addEventListener("pointerdown", (event) => { touch = event.pointerType === "touch"; });
      this.element.addEventListener("click", (event) => {
        if (event.target !== this.media || !(this.media instanceof HTMLImageElement) || this.dragged) return;
        const again = event.timeStamp - tapped < DOUBLE;
        tapped = again ? -DOUBLE : event.timeStamp;
        if (!touch || again) this.toggleZoom({ x: event.clientX, y: event.clientY });
      });
    }

    #listenToMouse() {
      let from;
      this.element.addEventListener("pointerdown", (event) => {
        this.dragged = false;
        if (!this.zoomed || event.pointerType === "touch" || event.button !== 0 || event.target !== this.media) return;
        from = { x: event.clientX, y: event.clientY, left: this.element.scrollLeft, top: this.element.scrollTop };
      });
      // On the window: a drag may leave the stage, and is over wherever the button is let go.
      window.addEventListener("pointermove", (event) => {
        if (!from) return;
        const [x, y] = [event.clientX - from.x, event.clientY - from.y];
        this.dragged ||= Math.hypot(x, y) > DRAG;
        if (this.dragged) this.element.scrollTo(from.left - x, from.top - y);
        this.element.classList.toggle("viewer-dragging", this.dragged);
      });
      for (const end of ["pointerup", "pointercancel", "blur"]) {
        window.addEventListener(end, () => {
          from = undefined;
          this.element.classList.remove("viewer-dragging");
        });
      }
    }

    // A fitted picture follows the finger: sideways to the neighbours, down to the wall.
    #listenToSwipes() {
      let from;
      const moved = (event) => [event.clientX - from.x, event.clientY - from.y];
      this.element.addEventListener("pointerdown", (event) => {
        const pinched = (visualViewport?.scale ?? 1) > 1.01;
        const alone = event.isPrimary && event.pointerType === "touch";
        if (this.mount) this.mount.style.translate = ""; // a second finger ends a swipe
        from = alone && !pinched && !this.zoomed && event.target.tagName !== "VIDEO"
          ? { x: event.clientX, y: event.clientY } : undefined;
      });
      this.element.addEventListener("pointermove", (event) => {
        if (!from || !event.isPrimary) return;
        const [x, y] = moved(event);
        const sideways = Math.abs(x) > Math.abs(y);
        this.mount.style.translate = sideways ? `${x}px 0` : `0 ${Math.max(0, y)}px`;
      });
      this.element.addEventListener("pointerup", (event) => {
        if (!from || !event.isPrimary) return;
        const [x, y] = moved(event);
        from = undefined;
        this.mount.style.translate = "";
        if (Math.abs(x) > SWIPE && Math.abs(x) > 1.5 * Math.abs(y)) this.#tell("step", x < 0 ? 1 : -1);
        else if (y > 2 * SWIPE && y > 1.5 * Math.abs(x)) this.#tell("dismiss");
      });
      this.element.addEventListener("pointercancel", () => {
        if (this.mount) this.mount.style.translate = "";
        from = undefined;
      });
    }
  };

  function fitPrint(print, [width, height]) {
    // Wider than its picture's box: full width; else full height.
    const wider = print.width / print.height > width / height;
    print.element.style[wider ? "width" : "height"] = "100%";
  }

  function crossfadeBetween(last, next) {
    if (!last.isConnected || !next.isConnected) return undefined;
    next.animate({ opacity: [0, 1] }, { duration: FADE, easing: "ease" });
    const leaving = last.animate({ opacity: [1, 0] }, { duration: FADE, easing: "ease", fill: "forwards" });
    return leaving.finished.then(() => last.remove(), () => {});
  }
})();
