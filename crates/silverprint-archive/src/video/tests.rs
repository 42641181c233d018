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
        (&good[..4000], None, "rejected: its end cannot be seen"),
        (page, told(page), "rejected: a page of text"),
        (&long_page, None, "rejected: a page of text"),
        (b"", told(b""), "rejected: an empty body"),
        (b"\xFF\xD8\xFF\xE0 a picture", None, "rejected: no video: it begins with \\xff"),
        (b"", Some(3 << 30), "gone: a stream of more than 2 GiB"),
    ] {
        let mut download = StreamDownload::new(PhotoId::new(7), means.clone());
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
    let mut download = StreamDownload::new(PhotoId::new(7), means);
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
    let mut download = StreamDownload::new(PhotoId::new(7), means);
    download.begin(&whole(old.len())).await.unwrap();
    download.write(Bytes::copy_from_slice(&old[..8000])).await.unwrap();
    assert_eq!(word(body(&mut download, Some(good.len() as u64), &good).await), "accepted");
    is_accepted(download, &good);
}

#[tokio::test]
async fn what_cannot_tell_its_end_is_taken_when_the_same_bytes_come_again() {
    let (means, folder) = means(0);
    let webm = |n: u8| [b"\x1A\x45\xDF\xA3\x42\x82\x84webm".as_slice(), &[n; 9000]].concat();
    let to_the_end =
        [b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\0mdat".as_slice(), &[7; 9000]].concat();
    let behind = [mp4(1, 9000).as_slice(), b"more"].concat();
    for whole in [webm(1), to_the_end, behind] {
        let mut download = StreamDownload::new(PhotoId::new(7), means.clone());
        // Cut at two places: neither is the file.
        for bytes in [&whole[..5000], &whole[..7000], &whole] {
            let judged = word(body(&mut download, None, bytes).await);
            assert!(judged.starts_with("rejected: its end cannot be seen"), "{judged}");
            assert_eq!(download.kept(), None);
        }
        assert_eq!(word(body(&mut download, None, &whole).await), "accepted");
        let accepted = download.into_accepted().unwrap();
        assert_eq!(accepted.digest, Digest(Sha256::digest(&whole).into()));
    }
    // What is something else is not taken however often it comes.
    let mut download = StreamDownload::new(PhotoId::new(7), means);
    for _ in 0..3 {
        let judged = word(body(&mut download, None, b"<html>Sorry</html>").await);
        assert!(judged.starts_with("rejected: a page of text"), "{judged}");
    }
    let left = std::fs::read_dir(folder.path().join(".silverprint/incoming")).unwrap().count();
    assert_eq!(left, 0);
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
