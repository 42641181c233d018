"""gallery-dl, as it comes from PyPI, archives the photostream: the same ids, the same bytes.

judge_gallery_dl.py PROXY CA ALIAS FOLDER
"""

import json
import pathlib
import shutil
import subprocess
import sys

import gallery_dl.version
import truth


def configuration(proxy, authority, folder):
    """Its own settings, and nothing else: no pauses, this proxy, this authority, videos too."""
    return {
        "extractor": {
            "base-directory": str(folder),
            "directory": [],
            "proxy": proxy,
            "verify": authority,
            "sleep": 0,
            "sleep-request": 0,
            "sleep-extractor": 0,
            "retries": 1,
            "flickr": {"videos": True, "filename": "{id}.{extension}"},
        },
        # No key from another run.
        "cache": {"file": None},
    }


def run(proxy, authority, alias, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = folder.with_suffix(".json")
    settings.write_text(json.dumps(configuration(proxy, authority, folder)))
    address = f"https://www.flickr.com/photos/{alias}/"
    command = [sys.executable, "-m", "gallery_dl", "--config-ignore", "--quiet"]
    return subprocess.run([*command, "--config", str(settings), address]).returncode


def main(proxy, authority, alias, folder):
    folder = pathlib.Path(folder)
    verdict = truth.Verdict(f"gallery-dl {gallery_dl.version.__version__}")
    verdict.check("exit code", 0, run(proxy, authority, alias, folder))
    photos = {photo["id"]: photo for photo in truth.photos()}
    files = {path.stem: path for path in folder.iterdir()}
    for photo_id in sorted(photos.keys() | files.keys()):
        verdict.check("ids", photo_id in photos, photo_id in files, photo_id)
    for photo_id in photos.keys() & files.keys():
        photo, data = photos[photo_id], files[photo_id].read_bytes()
        file = truth.largest(photo)
        kind = "videos" if photo["media"] == "video" else "pictures"
        verdict.check(f"{kind} byte for byte", file["sha256"], truth.sha256(data), photo_id)
        address = file["url"].strip("/")
        ending = ".mp4" if kind == "videos" else "." + address.rsplit(".", 1)[1]
        verdict.check("extensions", ending, files[photo_id].suffix, photo_id)
    return verdict.give()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
