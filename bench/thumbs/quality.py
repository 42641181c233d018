"""What thumbnails are worth.

quality.py sizes FOLDER...            fails where a file is no picture of 120x120
quality.py psnr PICTURES THUMBNAILS   per kind a line of JSON: how far our thumbnails, written without
                                      loss, are from those of the whole picture, in dB
"""

import io
import json
import math
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageCms, ImageStat

SIDE = 120
SRGB = ImageCms.createProfile("sRGB")
# What equal pictures count as, in dB.
EQUAL = 99.0


def sizes(folders):
    faults = []
    for path in sorted(path for folder in folders for path in Path(folder).iterdir()):
        with Image.open(path) as picture:
            picture.load()
            if picture.size != (SIDE, SIDE):
                faults.append(f"{path}: {picture.size}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def whole(path):
    """The whole picture's grey: the luma as it is stored, unless a profile says what it means."""
    picture = Image.open(path)
    profile = picture.info.get("icc_profile")
    if profile:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, meant, SRGB, outputMode="RGB").convert("L")
    picture.draft("L", picture.size)
    return picture


def expected(path):
    picture = whole(path)
    side = min(picture.size)
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    box = (left, top, left + side, top + side)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box)


def decibels(one, other):
    square = ImageStat.Stat(ImageChops.difference(one, other)).sum2[0] / (SIDE * SIDE)
    return EQUAL if square == 0 else min(EQUAL, 10 * math.log10(255**2 / square))


def psnr(pictures, thumbnails):
    for kind in sorted(folder.name for folder in thumbnails.iterdir()):
        found = []
        for path in sorted((pictures / kind).iterdir()):
            thumbnail = Image.open((thumbnails / kind / path.name).with_suffix(".png"))
            found.append(decibels(thumbnail, expected(path)))
        mean, worst = sum(found) / len(found), min(found)
        print(json.dumps({"kind": kind, "pictures": len(found), "mean": mean, "worst": worst}))
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "sizes":
        sys.exit(sizes(sys.argv[2:]))
    sys.exit(psnr(Path(sys.argv[2]), Path(sys.argv[3])))
