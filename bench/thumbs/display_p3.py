"""A profile of Display P3 as phones embed it: version 4, a matrix and a curve.

Made from the published figures: the primaries of SMPTE RP 431-2 with the white and the curve of
sRGB (IEC 61966-2-1), brought to the white of ICC.1 by Bradford's matrix.
"""

import struct

import numpy

# Chromaticities, x and y.
RED, GREEN, BLUE = (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)
D65 = (0.3127, 0.3290)
# The white of ICC.1's connection space, X, Y and Z.
D50 = numpy.array([0.9642, 1.0, 0.8249])
# Gamma, then a, b, c and d of ICC.1's parametric curve of type 3.
CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
BRADFORD = numpy.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def xyz(chromaticity):
    x, y = chromaticity
    return numpy.array([x / y, 1.0, (1 - x - y) / y])


def adaptation():
    """From D65 to D50."""
    ratios = (BRADFORD @ D50) / (BRADFORD @ xyz(D65))
    return numpy.linalg.inv(BRADFORD) @ numpy.diag(ratios) @ BRADFORD


def colorants():
    """The primaries as D50 sees them, a column each: together they are white."""
    primaries = numpy.stack([xyz(RED), xyz(GREEN), xyz(BLUE)], axis=1)
    amounts = numpy.linalg.solve(primaries, xyz(D65))
    return adaptation() @ (primaries * amounts)


def fixed(values):
    """Numbers as s15Fixed16Number."""
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def text(words):
    encoded = words.encode("utf-16-be")
    return b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(encoded), 28) + encoded


def profile():
    red, green, blue = colorants().T
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + fixed(CURVE)
    tags = {
        b"desc": text("Display P3"),
        b"cprt": text("Public domain"),
        b"wtpt": b"XYZ \0\0\0\0" + fixed(D50),
        b"chad": b"sf32\0\0\0\0" + fixed(adaptation().flatten()),
        b"rXYZ": b"XYZ \0\0\0\0" + fixed(red),
        b"gXYZ": b"XYZ \0\0\0\0" + fixed(green),
        b"bXYZ": b"XYZ \0\0\0\0" + fixed(blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = struct.pack(">I", len(tags)), b""
    first = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", first + len(data), len(content))
        data += content + b"\0" * (-len(content) % 4)
    made = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header = struct.pack(">I4sI4s4s4s", first + len(data), b"", 0x04000000, b"mntr", b"RGB ", b"XYZ ")
    header += made + b"acsp" + b"\0" * 28 + fixed(D50)
    return header.ljust(128, b"\0") + table + data


DISPLAY_P3 = profile()
