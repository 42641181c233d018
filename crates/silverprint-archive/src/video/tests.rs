//! Streams, good and bad, into the sink; each attempt as the client makes it.

use super::*;
use crate::testing::{body, means, mp4};
use silverprint_core::StrongTag;
use std::io::Read as _;

fn word(ended: Result<(), SinkError>) -> String {
    match ended {
        Ok(()) => "accepted".to_owned(),
        Err(SinkError::Rejected(rejection)) => format!("rejected: {rejection}"),
        Err(SinkError::Gone(message)) => format!("gone: {message}"),
        Err(SinkError::Local(error)) => panic!("{error}"),
    }
}

fn whole(length: usize) -> Head {
    let tag = StrongTag::parse("\"a\"");
    Head { status: 200, length: Some(length as u64), from: 0, tag }
}

#[tokio::test]
async fn each_kind_of_body_gets_its_judgement() {
    let (means, folder) = means(0);
    let good = mp4(1, 5000);
    let page = b"<!DOCTYPE html><html>Sorry</html>".as_slice();
    let long_page = [page, &[b'x'; 100]].concat();
    let told = |bytes: &[u8]| Some(bytes.len() as u64);
    for (bytes, length, expected) in [
        (good.as_slice(), told(&good), "accepted"),
        (&good, None, "accepted"),
        // Told, its length is believed: not every whole file can say so itself.
        (&good[..4000], told(&good[..4000]), "accepted"),
        (&good[..4000], None, "rejected: the end is missing"),
        (page, told(page), "rejected: a page of text"),
        (&long_page, None, "rejected: a page of text"),
        (b"", told(b""), "rejected: an empty body"),
        (b"\xFF\xD8\xFF\xE0 a picture", None, "rejected: no video: it begins with \\xff"),
        (b"", Some(3 << 30), "gone: a stream of more than 2 GiB"),
    ] {
        let mut download = StreamDownload::new(means.clone());
        let judged = word(body(&mut download, length, bytes).await);
        assert!(judged.starts_with(expected), "{judged} instead of {expected}");
        if expected != "accepted" {
            assert_eq!(download.kept(), None, "what was wrong is not gone on with");
        }
    }
    let left = std::fs::read_dir(folder.path().join(".silverprint/incoming")).unwrap().count();
    assert_eq!(left, 0, "what nobody stores is removed");
}

#[tokio::test]
async fn a_stream_goes_on_where_it_ended_and_is_the_same_to_the_byte() {
    // It asks for no memory: there is none.
    let (means, _folder) = means(0);
    let good = mp4(1, 300_000);
    let mut download = StreamDownload::new(means);
    assert_eq!(download.kept(), None);
    download.begin(&whole(good.len())).await.unwrap();
    for chunk in good[..100_000].chunks(7000) {
        download.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    let kept = download.kept().unwrap();
    assert_eq!((kept.bytes, kept.length), (100_000, Some(good.len() as u64)));
    let rest = Head { status: 206, from: kept.bytes, ..whole(good.len()) };
    download.begin(&rest).await.unwrap();
    for chunk in good[100_000..].chunks(7000) {
        download.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    download.accept().await.unwrap();
    is_accepted(download, &good);
}

#[tokio::test]
async fn a_stream_that_begins_again_forgets_what_it_had() {
    let (means, _folder) = means(0);
    let (old, good) = (mp4(1, 9000), mp4(2, 5000));
    let mut download = StreamDownload::new(means);
    download.begin(&whole(old.len())).await.unwrap();
    download.write(Bytes::copy_from_slice(&old[..8000])).await.unwrap();
    assert_eq!(word(body(&mut download, Some(good.len() as u64), &good).await), "accepted");
    is_accepted(download, &good);
}

fn is_accepted(download: StreamDownload, bytes: &[u8]) {
    assert_eq!(download.kept(), None);
    let AcceptedStream { content, digest, bytes: length, container } =
        download.into_accepted().unwrap();
    let mut there = Vec::new();
    content.open().unwrap().read_to_end(&mut there).unwrap();
    assert_eq!(there, bytes);
    assert_eq!((digest, length), (Digest(Sha256::digest(bytes).into()), bytes.len() as u64));
    assert_eq!(container, Container::Mp4);
}
