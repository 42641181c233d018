"""Holds what a tool left against what the server has.

judge.py references TRUTH FILE            fetches every picture, and makes its thumbnail as it should be
judge.py tally TRUTH FILE FOLDER [THUMBS] counts what is right, and prints it as JSON

TRUTH is a JSON array of objects with id, url and sha256. A file is meant to be the photo whose id its
name begins with; img2dataset counts its files, and says whose they are in a file beside each.
Pictures are looked for in FOLDER/photos, thumbnails in FOLDER/thumbs, or in THUMBS.
"""

import hashlib
import io
import json
import sys
import urllib.request
from pathlib import Path

import numpy
from PIL import Image, ImageOps

SIDE = 120
# Lower than any way to make a picture smaller and grey comes to, higher than another picture does.
LEAST_DECIBELS = 24.0


def without_comment(picture):
    """A JPEG without its comments: pictures of one painting differ in nothing else."""
    out, at = [picture[:2]], 2
    while picture[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
        if picture[at + 1] != 0xFE:
            out.append(picture[at:end])
        at = end
    return b"".join([*out, picture[at:]])


def thumbnail(picture):
    """Lanczos over the whole picture, decoded in full; grey by luma."""
    image = Image.open(io.BytesIO(picture))
    small = ImageOps.fit(image, (SIDE, SIDE), Image.Resampling.LANCZOS)
    return numpy.asarray(small.convert("L"))


def references(truth, file):
    made, pictures, indices = {}, [], {}
    for photo in truth:
        with urllib.request.urlopen(photo["url"]) as answer:
            picture = answer.read()
        if hashlib.sha256(picture).hexdigest() != photo["sha256"]:
            raise ValueError(f"the server does not serve what it says: {photo['url']}")
        key = hashlib.sha256(without_comment(picture)).digest()
        if key not in made:
            made[key] = len(pictures)
            pictures.append(thumbnail(picture))
        indices[photo["id"]] = made[key]
    ids = numpy.array(list(indices), dtype="U20")
    with open(file, "wb") as out:
        numpy.savez(out, pictures=pictures, ids=ids, indices=list(indices.values()))


def owner(path):
    beside = path.with_suffix(".json")
    if beside.exists():
        path = Path(json.loads(beside.read_text())["url"].rsplit("/", 1)[1])
    digits = path.name.split(".")[0].split("_")[0]
    return digits if digits.isdigit() else None


def files(folder):
    """The pictures below a folder, by photo. What aria2 marks as a part is none."""
    found = {}
    for path in folder.rglob("*.jpg") if folder.is_dir() else []:
        if not Path(f"{path}.aria2").exists():
            found[owner(path)] = path
    return found


def decibels(one, other):
    error = numpy.mean((one.astype(float) - other.astype(float)) ** 2)
    return float("inf") if error == 0 else 10 * numpy.log10(255**2 / error)


def look_at(path, wanted):
    """How near a thumbnail comes to the one that it should be, and whether it is grey."""
    try:
        image = Image.open(path)
        image.load()
    except OSError:
        return 0.0, False
    if image.size != (SIDE, SIDE):
        return 0.0, False
    return decibels(numpy.asarray(image.convert("L")), wanted), image.mode == "L"


def tally(truth, file, folder, thumbs):
    with numpy.load(file) as loaded:
        wanted = dict(zip(loaded["ids"], loaded["pictures"][loaded["indices"]]))
    pictures, thumbnails = files(folder / "photos"), files(thumbs)
    counts, worst = {"right": 0, "pictures": 0, "thumbnails": 0, "grey": 0}, None
    for photo in truth:
        path, near, is_grey = pictures.get(photo["id"]), 0.0, False
        is_whole = path is not None and digest(path) == photo["sha256"]
        if photo["id"] in thumbnails:
            near, is_grey = look_at(thumbnails[photo["id"]], wanted[photo["id"]])
            worst = min(near, 99.0 if worst is None else worst)
        is_near = bool(near >= LEAST_DECIBELS)
        counts["pictures"] += is_whole
        counts["thumbnails"] += is_near
        counts["grey"] += is_near and is_grey
        counts["right"] += is_whole and is_near and is_grey
    print(json.dumps({**counts, "worst": worst and float(worst)}))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(what, truth, *rest):
    truth = json.loads(Path(truth).read_text())
    if what == "references":
        references(truth, rest[0])
    else:
        folder = Path(rest[1])
        tally(truth, rest[0], folder, Path(rest[2]) if len(rest) > 2 else folder / "thumbs")


if __name__ == "__main__":
    main(*sys.argv[1:])
