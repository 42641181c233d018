//! Any bytes, at every scale, by one decoder that is never replaced: it must
//! neither panic nor answer otherwise than a fresh one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_jpeg::{DecodeError, Decoder, Picture, Plane, Planes, Scale};
use std::cell::RefCell;
use std::mem::discriminant;

thread_local! {
    static KEPT: RefCell<Decoder> = RefCell::default();
}

fuzz_target!(|jpeg: &[u8]| {
    KEPT.with_borrow_mut(|kept| {
        for scale in [Scale::Eighth, Scale::Quarter, Scale::Half] {
            for planes in [Planes::Luma, Planes::All] {
                let mut fresh = Decoder::new();
                let fresh = fresh.decode(jpeg, scale, planes);
                check(&fresh, &kept.decode(jpeg, scale, planes));
            }
        }
    });
});

fn check(fresh: &Result<Picture<'_>, DecodeError>, kept: &Result<Picture<'_>, DecodeError>) {
    match (fresh, kept) {
        (Ok(fresh), Ok(kept)) => {
            same(&fresh.luma, &kept.luma);
            assert_eq!(fresh.chroma.is_some(), kept.chroma.is_some());
            let planes = fresh.chroma.iter().flatten().zip(kept.chroma.iter().flatten());
            planes.for_each(|(fresh, kept)| same(fresh, kept));
        }
        (Err(fresh), Err(kept)) => assert_eq!(discriminant(fresh), discriminant(kept)),
        (fresh, kept) => panic!("{fresh:?} and {kept:?}"),
    }
}

fn same(fresh: &Plane<'_>, kept: &Plane<'_>) {
    assert_eq!((fresh.width, fresh.height), (kept.width, kept.height));
    assert_eq!(fresh.samples.len(), fresh.width * fresh.height);
    assert!(fresh.samples == kept.samples, "what was decoded before shows");
}
