"""flickrapi, as it comes from PyPI, lists the photostream in JSON and in XML.

judge_flickrapi.py ALIAS

Its proxy and authority are in the environment, where requests looks for them.
"""

import importlib.metadata
import re
import sys

import flickrapi
import requests
import truth

KEY = "0123456789abcdef0123456789abcdef"
SECRET = "0123456789abcdef"
LABELS = "sq,t,q,s,n,w,m,z,c,l,h,k,3k,4k,f,5k,6k,o".split(",")
EXTRAS = "media,date_upload,original_format," + ",".join(f"url_{label}" for label in LABELS)
# Photos that are asked about one by one, and those whose files are fetched.
ASKED, FETCHED = 30, 12


def client(notation):
    return flickrapi.FlickrAPI(KEY, SECRET, format=notation, store_token=False)


def in_xml(text):
    """Words as an attribute can hold them: no control characters, and every blank is a space."""
    text = re.sub("\r\n|[\r\n\t]", " ", text)
    return re.sub("[\x00-\x1f\ufffe\uffff]", "", text)


def renditions(verdict, photo, listed, notation):
    """A listing's addresses and measures; which way round an original lies is not agreed upon."""
    for label in LABELS:
        ours = photo["renditions"].get(label)
        address = ours and ours["url"]
        verdict.check(f"addresses in {notation}", address, listed.get(f"url_{label}"), photo["id"])
        width = listed.get(f"width_{label}")
        if ours and width:
            theirs = sorted([int(width), int(listed.get(f"height_{label}"))])
            expected = sorted([ours["width"], ours["height"]])
            verdict.check(f"measures in {notation}", expected, theirs, photo["id"])


def judge_json(verdict, photos, alias):
    flickr = client("parsed-json")
    user = flickr.urls.lookupUser(url=f"https://www.flickr.com/photos/{alias}/")["user"]["id"]
    listed, page, pages = [], 1, 1
    while page <= pages:
        answer = flickr.people.getPublicPhotos(user_id=user, page=page, extras=EXTRAS)["photos"]
        listed += answer["photo"]
        page, pages = page + 1, answer["pages"]
        verdict.check("totals", len(photos), int(answer["total"]))
    verdict.check("listed in JSON", len(photos), len(listed))
    for photo, theirs in zip(photos, listed):
        verdict.check("ids in JSON", photo["id"], theirs["id"])
        verdict.check("titles in JSON", photo["title"], theirs["title"], photo["id"])
        verdict.check("media in JSON", photo["media"], theirs["media"], photo["id"])
        renditions(verdict, photo, theirs, "JSON")
    videos = [photo for photo in photos if photo["media"] == "video"]
    for photo in photos[:ASKED] + videos:
        info = flickr.photos.getInfo(photo_id=photo["id"])["photo"]
        verdict.check("getInfo", photo["title"], info["title"]["_content"], photo["id"])
        sizes = flickr.photos.getSizes(photo_id=photo["id"])["sizes"]["size"]
        sources = [size["source"] for size in sizes if size["media"] == "photo"]
        ours = {rendition["url"] for rendition in photo["renditions"].values()}
        verdict.check("getSizes", ours, set(sources), photo["id"])
    for photo in videos:
        streams = flickr.video.getStreamInfo(photo_id=photo["id"])["streams"]["stream"]
        theirs = {stream["type"]: stream["_content"] for stream in streams}
        ours = {kind: stream["url"] for kind, stream in photo["videos"].items()}
        verdict.check("getStreamInfo", ours, theirs, photo["id"])
    failure(verdict, flickr)
    return user


def judge_xml(verdict, photos, user):
    flickr = client("etree")
    listed = list(flickr.walk_user(user_id=user, per_page=100, extras=EXTRAS))
    verdict.check("listed in XML", len(photos), len(listed))
    for photo, theirs in zip(photos, listed):
        verdict.check("ids in XML", photo["id"], theirs.get("id"))
        verdict.check("titles in XML", in_xml(photo["title"]), theirs.get("title"), photo["id"])
        renditions(verdict, photo, theirs, "XML")
    person = flickr.people.getInfo(user_id=user)
    verdict.check("people.getInfo", len(photos), int(person.findtext("person/photos/count")))
    failure(verdict, flickr)


def failure(verdict, flickr):
    """A photo that isn't there comes out as its exception."""
    try:
        flickr.photos.getInfo(photo_id="1")
        code = None
    except flickrapi.FlickrError as error:
        code = error.code
    verdict.check("failures", 1, code)


def fetch(verdict, photos):
    videos = [photo for photo in photos if photo["media"] == "video"]
    for photo in photos[:FETCHED] + videos:
        file = truth.largest(photo)
        data = requests.get(file["url"], timeout=60).content
        verdict.check("files byte for byte", file["sha256"], truth.sha256(data), photo["id"])


def main(alias):
    verdict = truth.Verdict(f"flickrapi {importlib.metadata.version('flickrapi')}")
    photos = truth.photos()
    user = judge_json(verdict, photos, alias)
    judge_xml(verdict, photos, user)
    fetch(verdict, photos)
    return verdict.give()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
