"""The versions of those who take part from PyPI, and of Python, in a line.

versions.py REQUIREMENTS
"""

import platform
import sys

NAMES = ["requests", "pillow", "aiohttp", "gallery-dl", "img2dataset", "opencv-python-headless"]


def main(requirements):
    with open(requirements) as file:
        lines = [line.strip().split("==") for line in file]
    pins = {line[0]: line[1] for line in lines if len(line) == 2}
    import pyvips

    libvips = ".".join(str(pyvips.version(part)) for part in range(3))
    listed = [f"{name} {pins[name]}" for name in NAMES]
    print(", ".join([f"Python {platform.python_version()}", *listed, f"libvips {libvips} (pyvips)"]))


if __name__ == "__main__":
    main(sys.argv[1])
