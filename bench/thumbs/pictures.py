"""The pictures that thumbnails are measured on, in a folder for each kind.

pictures.py FOLDER

Nobody's photos: pictures that come with scikit-image and scikit-learn, enlarged, with texture and
grain in place of the detail that enlarging cannot give. The same versions make the same files. The
last file written is `complete`, this text: pictures that another made are made anew.
"""

import functools
import multiprocessing
import os
import sys
from pathlib import Path

import numpy
import skimage
import sklearn
from display_p3 import DISPLAY_P3
from PIL import Image

N_PHOTOS = 30
TWELVE_MEGAPIXELS = (4000, 3000)
TWENTY_FOUR_MEGAPIXELS = (6000, 4000)
# A process holds about a gigabyte.
MOST_PROCESSES = 4

SKIMAGE = Path(skimage.__file__).parent / "data"
SKLEARN = Path(sklearn.__file__).parent / "datasets/images"
MOTIFS = [SKLEARN / "china.jpg", SKLEARN / "flower.jpg"] + [
    SKIMAGE / name
    for name in (
        "astronaut.png",
        "chelsea.png",
        "coffee.png",
        "rocket.jpg",
        "retina.jpg",
        "motorcycle_left.png",
        "hubble_deep_field.jpg",
        "ihc.png",
    )
]


def motif(number):
    return Image.open(MOTIFS[number % len(MOTIFS)]).convert("RGB")


def enlargement(picture, size):
    """How much larger a picture must be to cover the size."""
    return max(size[0] / picture.width, size[1] / picture.height)


def noise(size, steepness, lowest, seed):
    """Noise whose amplitude falls with the frequency as in photographs, of variance 1; what is below
    the lowest frequency, in cycles a pixel, is faint."""
    width, height = size
    random = numpy.random.default_rng(seed)
    down, across = numpy.fft.fftfreq(height)[:, None], numpy.fft.rfftfreq(width)[None, :]
    frequency = numpy.hypot(down, across).astype(numpy.float32)
    frequency[0, 0] = 1
    amplitude = frequency ** (-steepness)
    amplitude *= 1 / (1 + (lowest / numpy.maximum(frequency, 1e-6)) ** 4)
    real = random.standard_normal(frequency.shape, dtype=numpy.float32)
    imaginary = random.standard_normal(frequency.shape, dtype=numpy.float32)
    waves = (real + 1j * imaginary) * amplitude
    field = numpy.fft.irfft2(waves, s=(height, width)).astype(numpy.float32)
    return field / field.std()


@functools.cache
def fields(size):
    """Two fields of texture and one of light for pictures of a size; photos shift them about."""
    lowest = 0.06 / max(1, enlargement(motif(0), size) / 6)
    return noise(size, 1.0, lowest, 0), noise(size, 1.0, lowest, 1), noise(size, 1.6, 0.0, 9)


def shifted(field, down, across):
    height, width = field.shape
    return numpy.roll(field, (down % height, across % width), (0, 1))


def structure(picture, size):
    """Where a picture has contrast, from 0 to 1, blurred: skies stay smooth."""
    small = numpy.asarray(picture.convert("L").resize((256, 256)), dtype=numpy.float32)
    down, across = numpy.gradient(small)
    contrast = numpy.clip(numpy.hypot(across, down) * 8, 0, 255).astype(numpy.uint8)
    blurred = Image.fromarray(contrast).resize((40, 40), Image.BOX).resize(size, Image.BICUBIC)
    return numpy.asarray(blurred, dtype=numpy.float32) / 255


def photo(number, size, grain, texture):
    """A photo of a size, with grain and texture of these amplitudes, in levels."""
    width, height = size
    picture = motif(number)
    scale = enlargement(picture, size)
    across, down = width / scale, height / scale
    left, top = (picture.width - across) / 2, (picture.height - down) / 2
    box = (left, top, left + across, top + down)
    samples = numpy.asarray(picture.resize(size, Image.BICUBIC, box=box), dtype=numpy.float32)
    fine = shifted(fields(size)[number % 2], number * 331, number * 577)
    light = shifted(fields(size)[2], number * 131, number * 977)
    grains = numpy.random.default_rng(number).standard_normal((height, width), dtype=numpy.float32)
    level = fine * texture * (0.15 + 1.3 * structure(picture, size)) + light * 7 + grain * grains
    samples = samples + level[..., None]
    samples[..., 0] += light * 3
    samples[..., 2] -= light * 3
    return Image.fromarray(numpy.clip(samples, 0, 255).astype(numpy.uint8))


def save(picture, folder, kind, number, **how):
    path = folder / kind / f"{kind}_{number:02d}.jpg"
    path.parent.mkdir(exist_ok=True)
    picture.save(path, "JPEG", **{"quality": 90, "subsampling": "4:2:0", **how})


def baseline(number):
    """Most have the tables of the standard; some are what other cameras and programs write."""
    how = {}
    if number % 5 == 4:
        how["optimize"] = True
    if number % 10 == 3:
        how["subsampling"] = "4:2:2"
    if number % 10 == 7:
        how["restart_marker_blocks"] = 250
    return how


def twelve_megapixels(folder, number):
    """One photo, and what the kinds have of it."""
    picture = photo(number, TWELVE_MEGAPIXELS, 2.2 + 0.25 * (number % 7), 13 + 0.9 * (number % 11))
    save(picture, folder, "base12", number, **baseline(number))
    if number % 2 == 0:
        save(picture, folder, "prog12", number // 2, progressive=True)
    if number % 5 == 0:
        save(picture, folder, "p3", number // 5, icc_profile=DISPLAY_P3)
    if number % 3 == 0:
        small = picture.resize((1024, 768), Image.LANCZOS)
        save(small, folder, "b1024", number // 3, optimize=True)
    if number % 6 == 1:
        small = picture.resize((500, 375), Image.LANCZOS)
        save(small, folder, "s500", number // 6, optimize=True)
    if number in (5, 15, 25):
        small = picture.resize((2048, 1536), Image.LANCZOS)
        save(small, folder, "k2048", number, optimize=True)


def twenty_four_megapixels(folder, number):
    save(photo(number * 3, TWENTY_FOUR_MEGAPIXELS, 2.5, 15), folder, "base24", number)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    # What is made before the fork is shared.
    fields(TWELVE_MEGAPIXELS)
    fork = multiprocessing.get_context("fork")
    with fork.Pool(min(MOST_PROCESSES, os.cpu_count())) as processes:
        processes.map(functools.partial(twelve_megapixels, folder), range(N_PHOTOS), chunksize=1)
    for number in range(3):
        twenty_four_megapixels(folder, number)
    (folder / "complete").write_text(Path(__file__).read_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
