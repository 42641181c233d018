//! Any bytes as an answer of the API, in whichever of its forms, as far as an
//! answer ever goes: what is read of it is read the same when it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_flickr::{Answer, Base, Listing, picture_address, read_photo};

fuzz_target!(|bytes: &[u8]| {
    let Ok(answer) = Answer::read(bytes.to_vec()) else { return };
    let Ok(listing) = Listing::parse(&answer) else { return };
    let base = Base::flickr();
    for entry in listing.entries {
        let Ok(photo) = read_photo(entry, None) else { continue };
        assert!(!photo.listing.get().contains('\n'));
        assert!(photo.renditions.is_sorted_by_key(|rendition| rendition.size));
        let again = read_photo(&photo.listing, None).expect("what was read can be read");
        assert_eq!(again.fingerprint(), photo.fingerprint());
        for rendition in &photo.renditions {
            if let Ok(asked) = picture_address(&rendition.url, &base) {
                assert_eq!((asked.scheme(), asked.port()), ("https", None));
                base.may_ask(&asked).expect("what is asked may be asked");
            }
        }
    }
});
