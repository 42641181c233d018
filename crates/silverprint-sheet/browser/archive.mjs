// What the files of an archive say, read without any of the sheet's own code:
// the truth that its pages are held against.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";

export class Archive {
  #rows;

  /** One of those that `cargo xtask sheet` makes: small, large, hostile. */
  static named(name) {
    const folder = process.env.SILVERPRINT_SPECIMENS;
    if (!folder) throw new Error("SILVERPRINT_SPECIMENS names no folder; run `cargo xtask sheet`");
    return new Archive(join(folder, name));
  }

  constructor(folder) {
    this.folder = folder;
    this.head = this.#run("sheet/head.js", "head")[0];
  }

  /** The address of a page, from file://. */
  address(page = "index.html", hash = "") {
    return pathToFileURL(join(this.folder, page)).href + hash;
  }

  /** Of frame f the row, at f; nothing where it has none. */
  get rows() {
    if (!this.#rows) {
      const parts = readdirSync(join(this.folder, "sheet/parts")).filter((name) => name.endsWith(".js")).sort();
      this.#rows = [undefined, ...parts.flatMap((name) => this.#run(`sheet/parts/${name}`, "part")[1])];
    }
    return this.#rows;
  }

  /** The frames that pass a test, newest first. */
  frames(test = () => true) {
    const frames = [];
    this.rows.forEach((row, frame) => row && test(row, frame) && frames.unshift(frame));
    return frames;
  }

  /** The first frame, from the newest on, that passes a test. */
  frame(test) {
    const [frame] = this.frames(test);
    if (frame === undefined) throw new Error(`${this.folder} has no frame for which ${test}`);
    return frame;
  }

  // A file of data is a script that calls one function of `silverprint`.
  #run(path, name) {
    let given;
    const silverprint = { [name]: (...args) => { given = args; } };
    runInNewContext(readFileSync(join(this.folder, path), "utf8"), { silverprint });
    // What another context made has other prototypes, which deepEqual would mind.
    return structuredClone(given);
  }
}
