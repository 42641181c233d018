"""The talk's pipeline in its three stages, written anew: what a photostream's pictures take if they
are fetched one after the other, all at once, and all at once with the thumbnails on threads.

talk.py STAGE LIST FOLDER

STAGE is `in-turn`, `async` or `threads`; LIST has an address a line. Pictures go to FOLDER/photos,
thumbnails to FOLDER/thumbs: opened, cut and resized, made grey, saved, as anyone would write it with
Pillow. Connections are kept, which the talk did not do, and as many of them are open at once as the
others have.
"""

import asyncio
import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import requests
from PIL import Image, ImageOps

SIDE = 120
QUALITY = 85
CONNECTIONS = 64


def name(url):
    return url.rsplit("/", 1)[1]


def save_thumbnail(picture, path):
    image = Image.open(io.BytesIO(picture))
    ImageOps.fit(image, (SIDE, SIDE)).convert("L").save(path, "JPEG", quality=QUALITY)


def in_turn(urls, photos, thumbs):
    with requests.Session() as session:
        for url in urls:
            answer = session.get(url)
            answer.raise_for_status()
            (photos / name(url)).write_bytes(answer.content)
            save_thumbnail(answer.content, thumbs / name(url))


async def fetch(session, url):
    async with session.get(url) as answer:
        answer.raise_for_status()
        return await answer.read()


async def at_once(urls, each):
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    # A long list is no reason to give up: the last of it waits for its turn.
    patience = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=patience) as session:
        await asyncio.gather(*(each(session, url) for url in urls))


def with_asyncio(urls, photos, thumbs):
    async def each(session, url):
        picture = await fetch(session, url)
        (photos / name(url)).write_bytes(picture)
        save_thumbnail(picture, thumbs / name(url))

    asyncio.run(at_once(urls, each))


def with_threads(urls, photos, thumbs):
    # Pillow lets other threads run while it works on pixels.
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:

        async def each(session, url):
            picture = await fetch(session, url)
            (photos / name(url)).write_bytes(picture)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(pool, save_thumbnail, picture, thumbs / name(url))

        asyncio.run(at_once(urls, each))


STAGES = {"in-turn": in_turn, "async": with_asyncio, "threads": with_threads}


def main(stage, urls, folder):
    photos, thumbs = folder / "photos", folder / "thumbs"
    for part in (photos, thumbs):
        part.mkdir(parents=True)
    STAGES[stage](urls.read_text().split(), photos, thumbs)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
