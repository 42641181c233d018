//! Bodies, good and bad, into the sink; each attempt as the client makes it.

use super::*;
use crate::testing::{body, jpeg, means, rendition};
use silverprint_core::{Size, StrongTag};
use std::io::Read as _;

fn download(means: &Means, width: u32, height: u32) -> Download {
    Download::new(
        PhotoId::new(7),
        means.clone(),
        Expected::of(&rendition(Size::Original, width, height, "a")),
    )
}

/// One attempt, its length told; in a word.
async fn attempt(download: &mut Download, bytes: &[u8]) -> String {
    word(body(download, Some(bytes.len() as u64), bytes).await)
}

fn word(ended: Result<(), SinkError>) -> String {
    match ended {
        Ok(()) => "accepted".to_owned(),
        Err(SinkError::Rejected(rejection)) => format!("rejected: {rejection}"),
        Err(SinkError::Gone(message)) => format!("gone: {message}"),
        Err(SinkError::Local(error)) => panic!("{error}"),
    }
}

/// Over the header of the frame: no decoder finds one.
fn damaged(bytes: &[u8], by: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    bytes[frame + 1..frame + 5].copy_from_slice(&[0xEE, 0xFF, by, 0xFF]);
    bytes
}

const PLACEHOLDER: &[u8] = b"GIF89a\x10\0\x10\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x10\0\x10\0\0\x02\x0e\x84\x8f\xa9\xcb\xed\x0f\xa3\x9c\xb4\xda\x8b\xb3>\x05\0;";

#[tokio::test]
async fn each_kind_of_body_gets_its_judgement() {
    let (means, _folder) = means(1 << 20);
    let (good, width, height) = jpeg(0);
    let cut = &good[..good.len() - 2];
    let page = b"<!DOCTYPE html><html>Sorry</html>".as_slice();
    // The body, its length if it is told, the listed sides, and the judgement.
    let told = |bytes: &[u8]| Some(bytes.len() as u64);
    let cases = [
        (good.as_slice(), told(&good), (width, height), "accepted"),
        (&good, None, (width, height), "accepted"),
        (&good, told(&good), (height, width), "accepted"),
        (&good, told(&good), (width + 1, height), "rejected: damaged"),
        (cut, None, (width, height), "rejected: damaged: the end is missing"),
        (page, told(page), (width, height), "rejected: a page of text"),
        (b"", None, (width, height), "rejected: an empty body"),
        (b"%PDF-1.7", None, (width, height), "rejected: no picture"),
        (PLACEHOLDER, told(PLACEHOLDER), (width, height), "gone: a gif came"),
    ];
    for (bytes, length, (width, height), expected) in cases {
        let judged = word(body(&mut download(&means, width, height), length, bytes).await);
        assert!(judged.starts_with(expected), "{judged} instead of {expected}");
    }
    // A GIF was asked for, and the placeholder came.
    let mut wanted = rendition(Size::Original, 640, 480, "a");
    wanted.url.set_path("/1/7_a_o.gif");
    let mut gif = Download::new(PhotoId::new(7), means.clone(), Expected::of(&wanted));
    assert!(attempt(&mut gif, PLACEHOLDER).await.starts_with("gone: 16 × 16"));
}

#[tokio::test]
async fn the_same_damage_twice_is_the_sources_own_and_other_damage_is_not() {
    let (means, _folder) = means(1 << 20);
    let (good, width, height) = jpeg(0);
    let (one, other) = (damaged(&good, 1), damaged(&good, 2));
    let mut download = download(&means, width, height);
    for bytes in [&one, &other, &one] {
        assert!(attempt(&mut download, bytes).await.starts_with("rejected: damaged"));
    }
    assert_eq!(attempt(&mut download, &one).await, "accepted");
    let accepted = download.into_accepted().unwrap();
    assert!(accepted.defect.is_some());
    assert_eq!(accepted.digest, Digest(Sha256::digest(&one).into()));
}

#[tokio::test]
async fn a_good_copy_after_a_damaged_one_is_taken_as_it_is() {
    let (means, _folder) = means(1 << 20);
    let (good, width, height) = jpeg(0);
    let mut download = download(&means, width, height);
    assert!(attempt(&mut download, &damaged(&good, 1)).await.starts_with("rejected"));
    assert_eq!(attempt(&mut download, &good).await, "accepted");
    let accepted = download.into_accepted().unwrap();
    assert_eq!(accepted.defect, None);
    assert_eq!(accepted.digest, Digest(Sha256::digest(&good).into()));
    assert!(accepted.picture.thumbnail.is_some());
}

/// Whether the accepted bytes are these, and on disk.
fn is_on_disk(download: Download, bytes: &[u8]) -> bool {
    let Accepted { content, digest, bytes: length, .. } = download.into_accepted().unwrap();
    let mut there = Vec::new();
    content.open().unwrap().read_to_end(&mut there).unwrap();
    assert_eq!(there, bytes);
    assert_eq!((digest, length), (Digest(Sha256::digest(bytes).into()), bytes.len() as u64));
    matches!(content, Content::Spilled(_))
}

#[tokio::test]
async fn a_body_that_is_too_large_for_memory_goes_to_disk_byte_for_byte() {
    let (means, folder) = means(64 << 20);
    let (mut large, width, height) = jpeg(0);
    large.resize(usize::try_from(MOST_IN_MEMORY).unwrap() + 1, 0x5A);
    let mut download = download(&means, width, height);
    assert_eq!(attempt(&mut download, &large).await, "accepted");
    assert!(is_on_disk(download, &large));
    let left = std::fs::read_dir(folder.path().join(".silverprint/incoming")).unwrap().count();
    assert_eq!(left, 0, "what nobody stores is removed");
}

#[tokio::test]
async fn a_large_body_goes_on_where_it_ended_and_a_small_one_is_not_kept() {
    let (means, _folder) = means(64 << 20);
    let (mut large, width, height) = jpeg(0);
    let small = large.clone();
    large.resize(usize::try_from(MOST_IN_MEMORY).unwrap() + 1, 0x5A);
    let head = |bytes: &[u8]| Head {
        status: 200,
        length: Some(bytes.len() as u64),
        from: 0,
        tag: StrongTag::parse("\"a\""),
    };
    let mut download = download(&means, width, height);
    download.begin(&head(&small)).await.unwrap();
    download.write(Bytes::copy_from_slice(&small[..100])).await.unwrap();
    assert_eq!(download.kept(), None);

    let cut = 20 << 20;
    download.begin(&head(&large)).await.unwrap();
    download.write(Bytes::copy_from_slice(&large[..cut])).await.unwrap();
    assert_eq!(download.kept().unwrap().bytes, cut as u64);
    let rest = Head { status: 206, from: cut as u64, ..head(&large) };
    download.begin(&rest).await.unwrap();
    download.write(Bytes::copy_from_slice(&large[cut..])).await.unwrap();
    download.accept().await.unwrap();
    assert!(is_on_disk(download, &large));
}

#[tokio::test]
async fn a_body_that_outgrows_the_memory_there_is_goes_to_disk_byte_for_byte() {
    let (means, _folder) = means(UNTOLD_LENGTH);
    let (mut bytes, width, height) = jpeg(0);
    // A comment before the picture's own segments makes it long and leaves it whole.
    for _ in 0..16 {
        let comment = [vec![0xFF, 0xFE, 0xFF, 0xFF], vec![b'x'; 0xFFFD]].concat();
        bytes.splice(2..2, comment);
    }
    let mut download = download(&means, width, height);
    assert_eq!(word(body(&mut download, None, &bytes).await), "accepted");
    assert!(is_on_disk(download, &bytes));
}

#[tokio::test]
async fn a_body_for_which_no_memory_comes_goes_to_disk_and_nobody_waits_for_ever() {
    const ALL: usize = 1 << 20;
    let (means, _folder) = means(ALL);
    let (good, width, height) = jpeg(0);
    // Somebody holds it all, and will not let go before this one is done: as
    // one that was cut waits for the place at the host that this one has.
    let all = means.budget.reserve(ALL).await;
    let mut download = download(&means, width, height);
    assert_eq!(attempt(&mut download, &good).await, "accepted");
    assert!(is_on_disk(download, &good));
    drop(all);
    assert!(means.budget.reserve(ALL).now_or_never().is_some());
}

#[tokio::test]
async fn memory_is_given_back_however_an_attempt_ends() {
    const ALL: usize = 1 << 20;
    let (means, _folder) = means(ALL);
    let (good, width, height) = jpeg(0);
    let free = || means.budget.reserve(ALL).now_or_never().is_some();
    let mut download = download(&means, width, height);
    assert!(attempt(&mut download, b"<html>").await.starts_with("rejected"));
    assert!(free(), "after a rejection");
    assert_eq!(attempt(&mut download, &good).await, "accepted");
    assert!(!free(), "while it is to be stored");
    drop(download);
    assert!(free(), "after it");
}
