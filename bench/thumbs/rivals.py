"""Rivals that are used from Python, one a process: each makes a thumbnail as well as its library can,
with the picture's bytes in memory and one thread.

rivals.py NAME PICTURES

It is asked line by line, as xtask/src/bench/thumbs/rival.rs says. Colours are converted where the
library does it in passing (libvips), and only where a picture says that they are others.
"""

import importlib
import io
import sys
import time
from pathlib import Path

SIDE = 120
QUALITY = 85


def eighths(width, height):
    """How many eighths of its size a JPEG must be decoded at, at least."""
    return next(n for n in (1, 2, 4, 8) if n == 8 or min(width, height) * n // 8 >= SIDE)


def middle(width, height):
    """The square in the middle: left, top, right, bottom."""
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


class PillowAsInTheTalk:
    """Four lines that anyone would write: squeezed rather than cropped, quality 75."""

    def __init__(self):
        self.image = importlib.import_module("PIL.Image")
        self.version = "Pillow " + importlib.import_module("PIL").__version__

    def thumbnail(self, picture, _kind):
        thumbnail = io.BytesIO()
        self.image.open(io.BytesIO(picture)).resize((SIDE, SIDE)).convert("L").save(thumbnail, "JPEG")
        return thumbnail.getvalue()


class PillowDraft(PillowAsInTheTalk):
    """Grey, and as small as the decoder gives it."""

    def thumbnail(self, picture, _kind):
        opened = self.image.open(io.BytesIO(picture))
        opened.draft("L", (SIDE, SIDE))
        thumbnail, box = io.BytesIO(), middle(*opened.size)
        small = opened.resize((SIDE, SIDE), self.image.Resampling.LANCZOS, box=box)
        small.save(thumbnail, "JPEG", quality=QUALITY)
        return thumbnail.getvalue()


class OpenCv:
    """Grey at the smallest scale that is large enough, and its filter for making things smaller."""

    def __init__(self):
        self.cv2 = importlib.import_module("cv2")
        self.numpy = importlib.import_module("numpy")
        self.image = importlib.import_module("PIL.Image")
        self.cv2.setNumThreads(1)
        self.version = "OpenCV " + self.cv2.__version__
        self.modes = {
            1: self.cv2.IMREAD_REDUCED_GRAYSCALE_8,
            2: self.cv2.IMREAD_REDUCED_GRAYSCALE_4,
            4: self.cv2.IMREAD_REDUCED_GRAYSCALE_2,
            8: self.cv2.IMREAD_GRAYSCALE,
        }

    def thumbnail(self, picture, _kind):
        # Pillow reads no more than the header.
        size = self.image.open(io.BytesIO(picture)).size
        samples = self.numpy.frombuffer(picture, self.numpy.uint8)
        grey = self.cv2.imdecode(samples, self.modes[eighths(*size)])
        left, top, right, bottom = (int(edge) for edge in middle(grey.shape[1], grey.shape[0]))
        square = grey[top:bottom, left:right]
        small = self.cv2.resize(square, (SIDE, SIDE), interpolation=self.cv2.INTER_AREA)
        _, thumbnail = self.cv2.imencode(".jpg", small, [self.cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        return thumbnail.tobytes()


class Libvips:
    """Its own operation for thumbnails."""

    def __init__(self):
        self.vips = importlib.import_module("pyvips")
        # Each thumbnail is made anew.
        self.vips.cache_set_max(0)
        self.version = "libvips " + ".".join(str(self.vips.version(n)) for n in range(3))

    def thumbnail(self, picture, kind):
        how = {"export_profile": "srgb"} if kind == "p3" else {}
        small = self.vips.Image.thumbnail_buffer(picture, SIDE, height=SIDE, crop="centre", **how)
        return small.colourspace("b-w").jpegsave_buffer(Q=QUALITY, keep="none")


class ImageMagick:
    """What `-thumbnail 120x120^ -gravity center -extent 120x120 -colorspace Gray` does, in process."""

    hint = {}

    def __init__(self):
        self.image = importlib.import_module("wand.image").Image
        version = importlib.import_module("wand.version").MAGICK_VERSION
        self.version = " ".join(version.split()[:3])

    def thumbnail(self, picture, _kind):
        with self.image() as image:
            image.options.update(self.hint)
            image.read(blob=picture)
            scale = SIDE / min(image.size)
            image.thumbnail(round(image.width * scale), round(image.height * scale))
            image.crop(width=SIDE, height=SIDE, gravity="center")
            image.transform_colorspace("gray")
            image.compression_quality = QUALITY
            return image.make_blob("jpeg")


class ImageMagickWithHint(ImageMagick):
    """Told how small the picture may be decoded, which its manual advises."""

    hint = {"jpeg:size": f"{2 * SIDE}x{2 * SIDE}"}


class Ffmpeg:
    """Its own decoder at low resolution, its own filters, its own encoder, which knows no grey: the
    chroma of its thumbnails is flat."""

    def __init__(self):
        self.av = importlib.import_module("av")
        self.graph = importlib.import_module("av.filter").Graph
        self.time_base = importlib.import_module("fractions").Fraction(1, 25)
        self.image = importlib.import_module("PIL.Image")
        versions = self.av.library_versions["libavcodec"]
        self.version = "FFmpeg's libavcodec " + ".".join(map(str, versions))

    def thumbnail(self, picture, _kind):
        return self.encoded(self.resized(self.decoded(picture)))

    def decoded(self, picture):
        scale = eighths(*self.image.open(io.BytesIO(picture)).size)
        decoder = self.av.CodecContext.create("mjpeg", "r")
        decoder.thread_count = 1
        decoder.options = {"lowres": str({1: 3, 2: 2, 4: 1, 8: 0}[scale])}
        return (decoder.decode(self.av.Packet(picture)) + decoder.decode(None))[0]

    def resized(self, frame):
        graph, side = self.graph(nb_threads=1), min(frame.width, frame.height)
        size = {"width": frame.width, "height": frame.height}
        stages = [
            graph.add_buffer(**size, format=frame.format, time_base=self.time_base),
            graph.add("crop", f"{side}:{side}"),
            graph.add("scale", f"{SIDE}:{SIDE}:flags=lanczos"),
            graph.add("format", "gray"),
            graph.add("format", "yuvj420p"),
            graph.add("buffersink"),
        ]
        for one, next_one in zip(stages, stages[1:]):
            one.link_to(next_one)
        graph.configure()
        stages[0].push(frame)
        return stages[-1].pull()

    def encoded(self, frame):
        encoder = self.av.CodecContext.create("mjpeg", "w")
        encoder.width, encoder.height, encoder.pix_fmt = SIDE, SIDE, "yuvj420p"
        encoder.time_base, encoder.thread_count = self.time_base, 1
        encoder.options = {"qmin": "3", "qmax": "3"}
        return b"".join(bytes(packet) for packet in encoder.encode(frame) + encoder.encode(None))


RIVALS = {
    "pillow": PillowAsInTheTalk,
    "pillow-draft": PillowDraft,
    "opencv": OpenCv,
    "libvips": Libvips,
    "imagemagick-hint": ImageMagickWithHint,
    "imagemagick": ImageMagick,
    "ffmpeg": Ffmpeg,
}


def main(name, folder):
    try:
        rival = RIVALS[name]()
    except ImportError as error:
        print("missing:", str(error).splitlines()[0], flush=True)
        return
    print(rival.version, flush=True)
    kind, pictures = "", {}
    for line in sys.stdin:
        request, *args = line.rstrip("\n").split(" ", 2)
        if request == "load":
            kind, target = args[0], Path(args[1])
            pictures = {path.name: path.read_bytes() for path in sorted((folder / kind).iterdir())}
            for path, picture in pictures.items():
                (target / path).write_bytes(rival.thumbnail(picture, kind))
            print(len(pictures), flush=True)
        elif request == "time":
            began = time.perf_counter()
            for _ in range(int(args[0])):
                for picture in pictures.values():
                    rival.thumbnail(picture, kind)
            print(time.perf_counter() - began, flush=True)
        else:
            raise ValueError(f"no such request: {line}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
