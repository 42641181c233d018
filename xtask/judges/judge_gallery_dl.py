"""gallery-dl, as it comes from PyPI, archives the photostream, over a few faults: the same ids, the
same bytes, the same words.

judge_gallery_dl.py PROXY CA ALIAS FOLDER
"""

import datetime
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
            "retries": 4,
            "flickr": {"videos": True, "metadata": True, "filename": "{id}.{extension}"},
            # Beside each file, what it made of the listing.
            "postprocessors": [
                {"name": "metadata", "mode": "json", "filename": "{id}.json", "directory": "words"}
            ],
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
    command += ["--config", str(settings), address]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    # It writes an empty line for every file that it tries again.
    for line in filter(str.strip, done.stderr.splitlines()):
        print(f"  {line}", file=sys.stderr)
    return done.returncode


def words(verdict, photo, told):
    """What gallery-dl says of a photo."""
    verdict.check("titles", photo["title"], told["title"], photo["id"])
    verdict.check("media", photo["media"], told["media"], photo["id"])
    uploaded = datetime.datetime.fromtimestamp(photo["posted"], datetime.timezone.utc)
    verdict.check("dates", f"{uploaded:%Y-%m-%d %H:%M:%S}", told["date"], photo["id"])


def main(proxy, authority, alias, folder):
    folder = pathlib.Path(folder)
    verdict = truth.Verdict(f"gallery-dl {gallery_dl.version.__version__}")
    verdict.check("exit code", 0, run(proxy, authority, alias, folder))
    photos = {photo["id"]: photo for photo in truth.photos()}
    files = {path.stem: path for path in folder.iterdir() if path.is_file()}
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
        words(verdict, photo, json.loads((folder / "words" / f"{photo_id}.json").read_text()))
    verdict.count("faults got over", truth.hits()["faults"])
    return verdict.give()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
