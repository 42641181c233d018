"""What fake-flickr says of its own stream, and a list of where a client disagrees.

The truth is asked for through the proxy, so that its addresses are the real site's. HTTPS_PROXY
and REQUESTS_CA_BUNDLE are set by whoever runs a judge.
"""

import hashlib
import sys

import requests

SHOWN = 12


def photos():
    """Every listed photo, the newest first, with the hashes of its largest files."""
    answer = requests.get("https://www.flickr.com/__fake/truth?labels=largest,video", timeout=120)
    answer.raise_for_status()
    return answer.json()


def hits():
    """What the server was asked for so far."""
    return requests.get("https://www.flickr.com/__fake/hits", timeout=60).json()


def largest(photo):
    """The file that is the most of a photo: the longest stream of a video, else a picture."""
    files = photo["videos"] if photo["media"] == "video" else photo["renditions"]
    hashed = [file for file in files.values() if "sha256" in file]
    return max(hashed, key=lambda file: file["bytes"])


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Verdict:
    """Counts what agrees, and keeps what does not."""

    def __init__(self, judge):
        self.judge = judge
        self.agreed = {}
        self.differences = []

    def check(self, what, ours, theirs, of=""):
        """Counts one comparison of this kind."""
        self.agreed.setdefault(what, 0)
        if ours == theirs:
            self.agreed[what] += 1
        else:
            self.differences.append(f"{what} {of}: the truth is {ours!r}, not {theirs!r}")

    def count(self, what, n):
        """Counts what needs no comparison; none at all is a failure."""
        self.agreed[what] = n

    def give(self):
        """Says what came out; the process's exit code. Nothing compared is no agreement."""
        counts = ", ".join(f"{n} {what}" for what, n in self.agreed.items())
        print(f"{self.judge}: {counts}", flush=True)
        for difference in self.differences[:SHOWN]:
            print(f"  {difference}", file=sys.stderr)
        more = len(self.differences) - SHOWN
        if more > 0:
            print(f"  and {more} more", file=sys.stderr)
        idle = [what for what, n in self.agreed.items() if n == 0]
        if idle or not self.agreed:
            print(f"  nothing agreed on: {', '.join(idle) or 'anything'}", file=sys.stderr)
        return 1 if self.differences or idle or not self.agreed else 0
