//! Sound JPEGs as they are found in the wild, and what those who mean harm would write.

use super::law::{Seen, hold};
use super::parts::{
    DHT, DQT, DRI, EOI, Part, SOF0, SOI, SOS, join, nth, progressive, recipe, split, written,
};
use silverprint_jpeg::{DecodeError, Decoder, Planes, Scale, Unsupported};
use turbo_judge::{Recipe, Restart, Scan, decode_grey};

/// Every kind of instructions reads it, with the judge's bits; the judge warns or not.
#[track_caller]
fn is_read(jpeg: &[u8], expected: Seen) {
    for mut decoder in Decoder::each() {
        let ours = decoder.decode(jpeg, Scale::Eighth, Planes::Luma).err();
        let theirs = decode_grey(jpeg, 1).map(|theirs| theirs.warnings);
        assert_eq!(hold(jpeg, &mut decoder), Ok(expected), "{ours:?}, the judge: {theirs:?}");
    }
}

/// A JPEG with the standard's codes; `components` by their sampling, one after the other.
fn by_hand(width: u16, height: u16, components: &[u8], interval: u16, data: Vec<u8>) -> Vec<u8> {
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    let n = u8::try_from(components.len()).expect("three");
    frame.push(n);
    let mut scan = vec![n];
    for (id, &sampling) in (1..).zip(components) {
        frame.extend([id, sampling, 0]);
        scan.extend([id, if id == 1 { 0x00 } else { 0x11 }]);
    }
    scan.extend([0, 63, 0]);
    join(&[
        Part::new(SOI, &[]),
        Part::new(DQT, &[&[0][..], &[16; 64]].concat()),
        Part::new(SOF0, &frame),
        Part::new(DRI, &interval.to_be_bytes()),
        Part { data, ..Part::new(SOS, &scan) },
        Part::new(EOI, &[]),
    ])
}

/// libjpeg does not look at the bits that fill a last byte.
#[test]
fn padding_may_be_zeros() {
    // Of 18 bits (three blocks without change: 00 1010) and six zeros.
    let segment = [0x28, 0xA2, 0x80];
    is_read(&by_hand(8, 24, &[0x11], 0, segment.to_vec()), Seen::BothRead);
    let mut data = Vec::new();
    for n in 0..20 {
        data.extend(segment);
        data.extend([0xFF, 0xD0 | (n % 8)]);
    }
    data.extend(segment);
    is_read(&by_hand(8, 24 * 21, &[0x11], 3, data.clone()), Seen::BothRead);
    // The last one of fewer blocks.
    data.truncate(data.len() - 2);
    is_read(&by_hand(8, 24 * 21 - 16, &[0x11], 3, data.clone()), Seen::BothRead);
    data.pop();
    let mut decoder = Decoder::new();
    let jpeg = by_hand(8, 24 * 21, &[0x11], 3, data);
    let ours = decoder.decode(&jpeg[..], Scale::Eighth, Planes::Luma);
    assert!(matches!(ours, Err(DecodeError::Damaged(_))), "{ours:?}");
}

/// Some count a restart behind the last MCU, too.
#[test]
fn a_restart_marker_may_stand_behind_all() {
    for recipe in [recipe(), progressive()] {
        let mut parts = split(&written(&recipe, 1));
        for part in parts.iter_mut().filter(|part| part.marker == SOS) {
            let is_restart = |two: &&[u8]| two[0] == 0xFF && two[1] & 0xF8 == 0xD0;
            let last = part.data.windows(2).rfind(is_restart).expect("there are some")[1];
            part.data.extend([0xFF, 0xD0 | ((last + 1) % 8)]);
        }
        is_read(&join(&parts), Seen::BothRead);
    }
}

#[test]
fn bytes_may_stand_before_the_end() {
    for restart in [Restart::Never, Restart::Mcus(5)] {
        for padding in [[0; 40], [0x55; 40]] {
            let mut parts = split(&written(&Recipe { restart, ..recipe() }, 2));
            let scan = nth(&parts, SOS, 0);
            parts[scan].data.extend(padding);
            is_read(&join(&parts), Seen::BothReadDespite);
        }
    }
}

/// Scanners that say how many lines there are, and send more: others may judge.
#[test]
fn lines_may_be_too_many() {
    for restart in [Restart::Never, Restart::Mcus(1), Restart::Mcus(7)] {
        let mut parts = split(&written(&Recipe { height: 500, restart, ..recipe() }, 6));
        let frame = nth(&parts, SOF0, 0);
        parts[frame].segment[1..3].copy_from_slice(&[0, 32]);
        let jpeg = join(&parts);
        let ours = Decoder::new().decode(&jpeg[..], Scale::Eighth, Planes::Luma).err();
        let is_left = matches!(ours, Some(DecodeError::Unsupported(Unsupported::Surplus)));
        assert!(is_left && decode_grey(&jpeg, 1).is_ok(), "{restart:?}: {ours:?}");
    }
}

/// "Unfortunately seen in some files", says libjpeg.
#[test]
fn components_may_have_the_same_name() {
    for name in [0, 1] {
        let mut parts = split(&written(&recipe(), 3));
        let (frame, scan) = (nth(&parts, SOF0, 0), nth(&parts, SOS, 0));
        for n in 0..3 {
            parts[frame].segment[6 + 3 * n] = name;
            parts[scan].segment[1 + 2 * n] = name;
        }
        is_read(&join(&parts), Seen::BothRead);
    }
}

#[test]
fn a_progressive_scan_may_come_again() {
    let scan =
        |components: &[u8], band| Scan { components: components.to_vec(), band, bits: [0, 0] };
    let scans = vec![
        scan(&[0, 1, 2], [0, 0]),
        scan(&[0], [1, 63]),
        scan(&[1], [1, 63]),
        scan(&[2], [1, 63]),
    ];
    let parts = split(&written(&Recipe { scans, ..progressive() }, 4));
    let end = nth(&parts, EOI, 0);
    for n in 0..4 {
        let scan = nth(&parts, SOS, n);
        let table = parts[..scan].iter().rposition(|part| part.marker == DHT).expect("its code");
        is_read(
            &join(&[&parts[..end], &parts[table..=scan], &parts[end..]].concat()),
            Seen::BothRead,
        );
    }
}

/// Zeros that fill a byte may make whole blocks, which must not be counted.
#[test]
fn blocks_of_padding_are_none() {
    // Codes 0 and 10; of DC the longer one is followed by one bit.
    let code = |class: u8, long: u8| {
        let lengths = [&[class, 1, 1][..], &[0; 14]].concat();
        Part::new(DHT, &[&lengths[..], &[0, long]].concat())
    };
    // Three blocks without change, and two zeros; three, the second one brighter.
    let data = vec![0b0000_0000, 0xFF, 0xD0, 0b0010_1000];
    let mut parts = split(&by_hand(8, 48, &[0x11], 3, data));
    let scan = nth(&parts, SOS, 0);
    parts.splice(scan..scan, [code(0x00, 1), code(0x10, 1)]);
    is_read(&join(&parts), Seen::BothRead);
}

/// Readers that begin in its coefficients' extra bits find more blocks than there are,
/// block after block: as sound as it is strange.
#[test]
fn readers_that_go_astray_are_left_behind() {
    // Codes of one, two and three bits, and what follows of them: nothing, 7 or 14, and one.
    let code = |class: u8, long: u8| {
        let lengths = [&[class, 1, 1, 1][..], &[0; 13]].concat();
        Part::new(DHT, &[&lengths[..], &[0, long, 1]].concat())
    };
    let mut bits = Vec::new();
    for n in 0..64 * 64 {
        // One block of all begins with four bits, so that the others lie unevenly.
        bits.extend(if n == 0 { vec![true, true, false, true] } else { vec![false] });
        for _ in 0..60 {
            bits.push(true);
            bits.extend([false; 15]);
        }
        bits.push(false);
    }
    bits.resize(bits.len().next_multiple_of(8), true);
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
    let data = bits.chunks(8).map(byte).collect();
    let mut parts = split(&by_hand(512, 512, &[0x11], 0, data));
    let scan = nth(&parts, SOS, 0);
    parts.splice(scan..scan, [code(0x00, 7), code(0x10, 14)]);
    is_read(&join(&parts), Seen::BothRead);
}

/// Each scan costs more than its bytes do.
#[test]
fn scans_are_not_without_number() {
    let parts = split(&by_hand(8, 8, &[0x11; 3], 0, Vec::new()));
    let (scan, end) = (nth(&parts, SOS, 0), nth(&parts, EOI, 0));
    let luma = Part { data: vec![0x2B], ..Part::new(SOS, &[1, 1, 0x00, 0, 63, 0]) };
    let jpeg =
        |n_scans| join(&[&parts[..scan], &vec![luma.clone(); n_scans], &parts[end..]].concat());
    is_read(&jpeg(100), Seen::BothRead);
    let ours = Decoder::new().decode(&jpeg(101)[..], Scale::Eighth, Planes::Luma).err();
    assert!(matches!(ours, Some(DecodeError::Damaged(_))), "{ours:?}");
}
