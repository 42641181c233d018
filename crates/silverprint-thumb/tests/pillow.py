"""Judges thumbnails by what Pillow makes of the same pictures.

pillow.py draw DIR    adds the pictures that need Pillow's encoders
pillow.py judge DIR   reads lines of picture, thumbnail and spec; fails under 30 dB
pillow.py colours DIR reads lines of picture with a profile and thumbnail of the same size;
                      fails where a grey is off by more than its kind allows
"""

import io
import math
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat

LEAST_DB = 30.0
SIZE = (120, 120)


def draw(folder):
    photo = Image.open(folder / "rgb8.png").convert("RGB")
    photo.save(folder / "pillow-420.jpg", quality=80, subsampling=2, optimize=True)
    photo.save(folder / "pillow-progressive.jpg", quality=92, subsampling=0, progressive=True)
    photo.convert("CMYK").save(folder / "pillow-cmyk.jpg", quality=90)
    photo.save(folder / "pillow-lossy.webp", quality=80)
    holes = Image.open(folder / "alpha.png")
    holes.save(folder / "pillow-lossy-alpha.webp", quality=80)
    frames = [photo.resize((320, 240)), photo.resize((320, 240)).rotate(90)]
    frames[0].save(folder / "pillow-animated.webp", save_all=True, append_images=frames[1:], quality=80)
    photo.quantize(64).save(folder / "pillow-palette.png")
    photo.quantize(4).save(folder / "pillow-palette2.png", bits=2)
    photo.convert("1").save(folder / "pillow-bilevel.png")
    palette = holes.quantize(32, method=Image.Quantize.FASTOCTREE)
    palette.save(folder / "pillow-palette-alpha.png")
    frames[0].quantize(200).save(folder / "pillow-interlaced.gif", interlace=1)
    photo.save(folder / "pillow-lzw.tiff", compression="tiff_lzw")
    photo.save(folder / "pillow-deflate.tiff", compression="tiff_adobe_deflate")
    photo.convert("L").save(folder / "pillow-grey.tiff", compression="packbits")
    holes.save(folder / "pillow-alpha.tiff")
    photo.convert("LA").save(folder / "pillow-grey-alpha.png")
    photo.convert("CMYK").save(folder / "pillow-cmyk.tiff")
    for turned in range(1, 9):
        photo.save(folder / f"pillow-turned-{turned}.tiff", tiffinfo={274: turned})
    (folder / "adam7.png").write_bytes(adam7(photo.resize((413, 311))))


def adam7(picture):
    """An interlaced PNG, which Pillow reads but does not write."""
    raw = b""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        for y in range(y0, picture.height, dy):
            row = [picture.getpixel((x, y)) for x in range(x0, picture.width, dx)]
            if row:
                raw += b"\0" + b"".join(bytes(pixel) for pixel in row)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", *picture.size, 8, 2, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def expected(path, fit):
    with Image.open(path) as opened:
        picture = ImageOps.exif_transpose(opened)
        if picture.mode.startswith("I;16"):
            # Pillow clips 16-bit grey on conversion; what is meant is the high byte.
            high = picture.tobytes()[1::2] if picture.mode != "I;16B" else picture.tobytes()[0::2]
            picture = Image.frombytes("L", picture.size, high)
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            paper = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(paper, picture).convert("RGB")
        if picture.mode in ("P", "1"):
            # Resizing palette or bilevel pictures would take the nearest pixel only.
            picture = picture.convert("RGB")
        return picture.resize(SIZE, Image.Resampling.LANCZOS, box(picture.size, fit)).convert("L")


def box(size, fit):
    width, height = size
    if fit == "stretch":
        return (0, 0, width, height)
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return (left, top, left + side, top + side)


def psnr(one, other):
    square = ImageStat.Stat(ImageChops.difference(one, other)).sum2[0] / (SIZE[0] * SIZE[1])
    return math.inf if square == 0 else 10 * math.log10(255**2 / square)


def judge():
    worst, total, faults = {}, {}, []
    thumbs = {}
    for line in sys.stdin:
        path, thumb, spec = line.rstrip("\n").split("\t")
        _, fit, tone, encoding = spec.split(" ")
        with Image.open(thumb) as opened:
            opened.load()
            mode, size, made = opened.mode, opened.size, opened.convert("L")
        name = f"{Path(path).name:32} {spec}"
        if size != SIZE or mode not in ("L", "1"):
            faults.append(f"{name}: {mode} {size}")
            continue
        thumbs[path, spec] = made
        if tone == "bilevel":
            dots = thumbs[path, spec.replace("bilevel", "grey")].convert("1").convert("L")
            if dots.tobytes() != made.tobytes():
                faults.append(f"{name}: other dots than Pillow's")
            continue
        decibel = psnr(made, expected(path, fit))
        print(f"{decibel:6.2f} dB  {name}")
        worst[spec] = min(worst.get(spec, (math.inf, "")), (decibel, name))
        total.setdefault(spec, []).append(min(decibel, 99.0))
        if decibel < LEAST_DB:
            faults.append(f"{name}: {decibel:.2f} dB")
    for spec, (decibel, name) in worst.items():
        mean = sum(total[spec]) / len(total[spec])
        print(f"{spec}: worst {decibel:.2f} dB ({name.split()[0]}), mean {mean:.2f} dB of {len(total[spec])}")
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults or not worst else 0


def colours():
    # Relative, without black point compensation, as browsers reckon.
    intent, srgb = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.createProfile("sRGB")
    faults = 0
    for line in sys.stdin:
        path, thumb = line.rstrip("\n").split("\t")
        with Image.open(path) as picture, Image.open(thumb) as made:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
            meant = ImageCms.profileToProfile(picture, profile, srgb, intent, outputMode="RGB")
            plain = picture.convert("L")
            most = 2 if picture.mode == "CMYK" else 1
            made, meant = made.convert("L"), meant.convert("L")
        off = ImageChops.difference(made, meant).getextrema()[1]
        moved = ImageChops.difference(plain, meant).getextrema()[1]
        print(f"{Path(path).name:20} off by {off}, where the profile moves {moved}")
        if off > most or moved < 10:
            print("FAULT", path)
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw(Path(sys.argv[2]))
    elif sys.argv[1] == "colours":
        sys.exit(colours())
    else:
        sys.exit(judge())
