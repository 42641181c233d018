"""Thumbnails by libvips of a folder's pictures, in one process for each core.

vips.py PHOTOS THUMBS
"""

import os
import sys
from multiprocessing import Pool
from pathlib import Path

# Each process has its core to itself: libvips is told so before it is loaded.
os.environ["VIPS_CONCURRENCY"] = "1"

import pyvips  # noqa: E402

SIDE = 120
QUALITY = 85


def save_thumbnail(paths):
    picture, thumbnail = paths
    small = pyvips.Image.thumbnail(str(picture), SIDE, height=SIDE, crop="centre")
    small.colourspace("b-w").jpegsave(str(thumbnail), Q=QUALITY, keep="none")


def main(photos, thumbs):
    thumbs.mkdir(parents=True, exist_ok=True)
    paths = [(picture, thumbs / picture.name) for picture in sorted(photos.iterdir())]
    with Pool(len(os.sched_getaffinity(0))) as pool:
        pool.map(save_thumbnail, paths, chunksize=8)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
