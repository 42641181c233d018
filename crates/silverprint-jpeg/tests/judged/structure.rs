//! JPEGs put together in ways that the standard allows, or that cameras and
//! worse have been seen to write. What the judge reads without a word, we read.

use super::law::{Seen, hold};
use super::parts::{
    APP9, COM, DHT, DNL, DQT, DRI, EOI, Part, SOF0, SOF1, SOI, SOS, apart, grey, join, nth,
    progressive, recipe, split, written,
};
use silverprint_jpeg::{DecodeError, Decoder, Planes, Scale};
use std::io::{self, BufReader, Read};
use turbo_judge::{Coding, Recipe, Restart, decode_grey};

/// Both read it, with the same bits and without a word.
#[track_caller]
fn is_read(jpeg: &[u8]) {
    let theirs = decode_grey(jpeg, 1).expect("the judge reads it");
    assert_eq!(theirs.warnings, [""; 0], "the judge reads it without a word");
    assert_eq!(hold(jpeg, &mut Decoder::new()), Ok(Seen::BothRead));
}

/// We say that it is damaged, whatever the judge makes of it.
#[track_caller]
fn is_damaged(jpeg: &[u8]) {
    let mut decoder = Decoder::new();
    let ours = decoder.decode(jpeg, Scale::Eighth, Planes::Luma);
    assert!(matches!(ours, Err(DecodeError::Damaged(_))), "{ours:?}");
}

/// We refuse it, as the judge does.
#[track_caller]
fn is_refused(jpeg: &[u8]) {
    let theirs = decode_grey(jpeg, 1);
    assert!(theirs.is_err(), "the judge reads it");
    let mut decoder = Decoder::new();
    let ours = decoder.decode(jpeg, Scale::Eighth, Planes::Luma);
    assert!(ours.is_err(), "{ours:?}, and the judge: {theirs:?}");
}

/// We read it as the judge does, which warns, or call it damaged.
#[track_caller]
fn is_read_or_damaged(jpeg: &[u8]) {
    let theirs = decode_grey(jpeg, 1).expect("the judge reads it");
    assert!(!theirs.warnings.is_empty(), "the judge warns");
    let seen = hold(jpeg, &mut Decoder::new());
    assert!(matches!(seen, Ok(Seen::BothReadDespite | Seen::Refused)), "{seen:?}");
}

fn kinds() -> [Recipe; 4] {
    [recipe(), apart(), progressive(), grey()]
}

#[test]
fn every_kind_is_read() {
    for recipe in kinds() {
        is_read(&written(&recipe, 1));
        let again = join(&split(&written(&recipe, 1)));
        assert_eq!(again, written(&recipe, 1), "the parts are all there");
    }
}

#[test]
fn markers_may_have_fill_bytes() {
    for recipe in kinds() {
        let mut filled = vec![0xFF, SOI];
        for part in split(&written(&recipe, 2)).into_iter().skip(1) {
            filled.extend([0xFF; 3]);
            // A restart marker, too, may be filled before.
            let mut bytes = join(&[part]);
            let at = bytes.windows(2).position(|two| two[0] == 0xFF && two[1] & 0xF8 == 0xD0);
            if let Some(at) = at.filter(|&at| at > 0) {
                bytes.splice(at..at, [0xFF; 2]);
            }
            filled.extend(bytes);
        }
        is_read(&filled);
    }
}

#[test]
fn anything_may_follow_the_end() {
    let jpeg = written(&recipe(), 3);
    is_read(&[&jpeg[..], b"\0\0\0trailer"].concat());
    is_read(&[&jpeg[..], &written(&grey(), 4)].concat());
    is_read(&[&jpeg[..], &[0xFF]].concat());
}

#[test]
fn segments_may_stand_between_scans() {
    for recipe in [apart(), progressive()] {
        let mut parts = split(&written(&recipe, 5));
        for n in 0..3 {
            let at = nth(&parts, SOS, n) + 1;
            parts.insert(at, Part::new(COM, b"between \xFF\xD9 scans"));
            parts.insert(at, Part::new(APP9, &[0xFF; 300]));
        }
        is_read(&join(&parts));
    }
}

#[test]
fn tables_may_change_between_scans() {
    let mut parts = split(&written(&apart(), 6));
    let n_tables = parts.iter().filter(|part| part.marker == DHT).count();
    assert!(n_tables >= 3, "optimised scans have their own");
    is_read(&join(&parts));
    // A table that no later scan uses.
    let unused = parts[nth(&parts, DHT, 0)].clone();
    parts.insert(nth(&parts, SOS, 2) + 1, unused);
    is_read(&join(&parts));
}

/// A component keeps the quantisation table that stood in its place when its
/// first scan began.
#[test]
fn quantisation_is_latched() {
    let loud = |slot: u8| Part::new(DQT, &[&[slot][..], &[7; 64]].concat());
    for recipe in [apart(), progressive()] {
        let parts = split(&written(&recipe, 7));
        let plain = decode_grey(&join(&parts), 1).expect("sound").samples;
        for n in 0..3 {
            let mut parts = parts.clone();
            parts.insert(nth(&parts, SOS, n), loud(0));
            let jpeg = join(&parts);
            is_read(&jpeg);
            let is_changed = decode_grey(&jpeg, 1).expect("sound").samples != plain;
            assert_eq!(is_changed, n == 0, "only before luma's first scan, not {n}");
        }
    }
}

#[test]
fn quantisation_may_be_of_16_bits_in_a_baseline_file() {
    let mut wide = recipe();
    wide.quantisation[0][0] = 300;
    let mut parts = split(&written(&wide, 8));
    is_read(&join(&parts));
    let frame = nth(&parts, SOF1, 0);
    parts[frame].marker = SOF0;
    is_read(&join(&parts));
}

#[test]
fn one_segment_may_hold_several_tables() {
    let mut parts = split(&written(&recipe(), 9));
    for marker in [DHT, DQT] {
        let alike = |part: &Part| part.marker == marker;
        let all = parts.iter().filter(|part| alike(part)).flat_map(|part| part.segment.clone());
        let all = Part::new(marker, &all.collect::<Vec<u8>>());
        let at = nth(&parts, marker, 0);
        parts.retain(|part| !alike(part));
        parts.insert(at, all);
    }
    is_read(&join(&parts));
}

/// As frames of Motion JPEG come: the standard's tables are meant.
#[test]
fn tables_may_be_left_out() {
    let mut parts = split(&written(&recipe(), 10));
    parts.retain(|part| part.marker != DHT);
    is_read(&join(&parts));
}

#[test]
fn restart_intervals_may_change_between_scans() {
    let five = split(&written(&apart(), 11));
    let two = split(&written(&Recipe { restart: Restart::Mcus(2), ..apart() }, 11));
    let cut = nth(&five, SOS, 0) + 1;
    let rest = nth(&two, SOS, 0) + 1;
    let mut parts = [&five[..cut], &two[rest..]].concat();
    is_damaged_or_read_alike(&join(&parts));
    parts.insert(cut, Part::new(DRI, &[0, 2]));
    is_read(&join(&parts));
}

#[track_caller]
fn is_damaged_or_read_alike(jpeg: &[u8]) {
    let seen = hold(jpeg, &mut Decoder::new());
    assert!(matches!(seen, Ok(Seen::BothRead | Seen::BothReadDespite | Seen::Refused)), "{seen:?}");
}

#[test]
fn a_scan_may_come_again() {
    let parts = split(&written(&apart(), 12));
    let other = split(&written(&apart(), 13));
    // With the tables that stand before it.
    let whole = |parts: &[Part], n| {
        let scan = nth(parts, SOS, n);
        let is_table = |part: &&Part| [DHT, DRI].contains(&part.marker);
        let n_tables = parts[..scan].iter().rev().take_while(is_table).count();
        parts[scan - n_tables..=scan].to_vec()
    };
    assert!(whole(&other, 0).len() > 2, "the scan has its own tables");
    let end = nth(&parts, EOI, 0);
    for n in 0..3 {
        is_read(&join(&[&parts[..end], &whole(&other, n), &parts[end..]].concat()));
    }
    let once = split(&written(&recipe(), 12));
    let end = nth(&once, EOI, 0);
    is_refused(&join(&[&once[..end], &whole(&once, 0), &once[end..]].concat()));
}

#[test]
fn lines_are_not_counted_afterwards() {
    let mut parts = split(&written(&recipe(), 14));
    let (frame, scan) = (nth(&parts, SOF0, 0), nth(&parts, SOS, 0));
    let lines = Part::new(DNL, &[0, 53]);
    parts.insert(scan + 1, lines);
    is_read(&join(&parts));
    parts[frame].segment[1..3].fill(0);
    is_refused(&join(&parts));
}

#[test]
fn two_frames_are_refused() {
    for recipe in kinds() {
        let mut parts = split(&written(&recipe, 15));
        let at = parts.iter().position(|part| part.marker & 0xFC == 0xC0).expect("a frame");
        parts.insert(at, parts[at].clone());
        is_refused(&join(&parts));
    }
}

#[test]
fn restart_markers_that_are_wrong_are_seen() {
    for recipe in [recipe(), grey()] {
        let jpeg = written(&recipe, 16);
        let is_restart = |two: &[u8]| two[0] == 0xFF && two[1] & 0xF8 == 0xD0;
        let starts = jpeg.windows(2).enumerate().filter(|(_, two)| is_restart(two));
        let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
        let at = starts[starts.len() / 2];
        let mut other = jpeg.clone();
        other[at + 1] ^= 0b11;
        is_read_or_damaged(&other);
        let lacking = [&jpeg[..at], &jpeg[at + 2..]].concat();
        is_read_or_damaged(&lacking);
        let doubled = [&jpeg[..at], &jpeg[at..at + 2], &jpeg[at..]].concat();
        is_read_or_damaged(&doubled);
        let unasked = written(&Recipe { restart: Restart::Never, ..recipe }, 16);
        let middle = unasked.len() - 20;
        is_read_or_damaged(&[&unasked[..middle], &[0xFF, 0xD3], &unasked[middle..]].concat());
    }
}

#[test]
fn what_lacks_something_is_refused() {
    for marker in [SOI, SOF0, DQT, SOS] {
        let mut parts = split(&written(&recipe(), 17));
        parts.retain(|part| part.marker != marker);
        is_refused(&join(&parts));
    }
    let mut parts = split(&written(&progressive(), 17));
    parts.retain(|part| part.marker != DHT);
    is_refused(&join(&parts));
    is_refused(&[0xFF, SOI, 0xFF, EOI]);
}

#[test]
fn an_end_that_is_missing_is_damage() {
    for recipe in kinds() {
        let jpeg = written(&recipe, 18);
        is_damaged(&jpeg[..jpeg.len() - 2]);
        is_damaged(&[&jpeg[..jpeg.len() - 2], &[0; 500]].concat());
    }
}

#[test]
fn what_others_read_is_unsupported() {
    let arithmetic = Recipe { coding: Coding::Arithmetic, ..recipe() };
    let mut decoder = Decoder::new();
    let jpeg = written(&arithmetic, 19);
    let ours = decoder.decode(&jpeg[..], Scale::Eighth, Planes::Luma);
    assert!(matches!(ours, Err(DecodeError::Unsupported(_))), "{ours:?}");
    let mut parts = split(&written(&recipe(), 19));
    let frame = nth(&parts, SOF0, 0);
    parts[frame].marker = SOF1;
    is_read(&join(&parts));
    parts[frame].segment[0] = 12;
    let jpeg = join(&parts);
    let ours = decoder.decode(&jpeg[..], Scale::Eighth, Planes::Luma);
    assert!(matches!(ours, Err(DecodeError::Unsupported(_))), "{ours:?}");
}

#[test]
fn it_comes_in_any_pieces() {
    for recipe in kinds() {
        let jpeg = written(&recipe, 20);
        let whole = decode_grey(&jpeg, 1).expect("sound").samples;
        let mut decoder = Decoder::new();
        for size in (1..40).chain([100, 1000]) {
            let pieces = BufReader::with_capacity(size, &jpeg[..]);
            let ours = decoder.decode(pieces, Scale::Eighth, Planes::Luma).expect("sound");
            assert_eq!(ours.luma.samples, whole, "in pieces of {size}");
        }
    }
}

/// Bytes, and then an error.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("a disk that breaks")),
            n => Ok(n),
        }
    }
}

#[test]
fn a_reader_that_fails_is_told() {
    let jpeg = written(&recipe(), 21);
    let broken = BufReader::with_capacity(64, Broken(&jpeg[..jpeg.len() / 2]));
    let mut decoder = Decoder::new();
    let ours = decoder.decode(broken, Scale::Eighth, Planes::Luma);
    assert!(matches!(ours, Err(DecodeError::Io(_))), "{ours:?}");
}
