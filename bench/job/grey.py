"""A profile of grey with the curve of sRGB, which vipsthumbnail makes pictures grey by: it has no
other way to.

grey.py FILE
"""

import struct
import sys
from pathlib import Path

STEPS = 1024
D50 = (0.9642, 1.0, 0.8249)


def fixed(number):
    return struct.pack(">i", round(number * 65536))


def linear(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def tags():
    name = b"Grey with the curve of sRGB\0"
    curve = [round(65535 * linear(step / (STEPS - 1))) for step in range(STEPS)]
    description = struct.pack(">4sII", b"desc", 0, len(name)) + name + bytes(78)
    return {
        b"desc": description,
        b"cprt": b"text" + bytes(4) + b"Nobody's\0",
        b"wtpt": b"XYZ " + bytes(4) + b"".join(map(fixed, D50)),
        b"kTRC": struct.pack(f">4sII{STEPS}H", b"curv", 0, STEPS, *curve),
    }


def profile():
    table, data = [], b""
    parts = tags()
    begin = 128 + 4 + 12 * len(parts)
    for signature, part in parts.items():
        table.append(struct.pack(">4sII", signature, begin + len(data), len(part)))
        data += part + bytes(-len(part) % 4)
    size = begin + len(data)
    header = struct.pack(">I4xI4s4s4s", size, 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    header += struct.pack(">6H4s28x", 2026, 1, 1, 0, 0, 0, b"acsp")
    header += b"".join(map(fixed, D50))
    return header.ljust(128, b"\0") + struct.pack(">I", len(parts)) + b"".join(table) + data


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(profile())
