//! What must hold of any bytes whatsoever, sound or not.

use silverprint_jpeg::{DecodeError, Decoder, Planes, Scale};
use turbo_judge::{Decoded, decode_grey};

/// What libjpeg-turbo says of a file that ends too early.
const CUT: &str = "Premature end of JPEG file";

/// What both made of the same bytes, where the law was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// The same bits, and the judge had nothing to say.
    BothRead,
    /// The same bits, though the judge warned.
    BothReadDespite,
    /// We read what the judge gave up.
    OnlyWeRead,
    /// We left to others what the judge read, which is for the caller to judge.
    Unsupported,
    /// We refused it, and the judge did so too, or at least warned.
    Refused,
    /// We found it damaged, and the judge had nothing to say.
    Stricter,
}

/// Holds our answer to any bytes at an eighth against the judge's: where we
/// answer, it is with the judge's bits, and what it finds cut we do not read.
pub(crate) fn hold(jpeg: &[u8], decoder: &mut Decoder) -> Result<Seen, String> {
    let theirs = decode_grey(jpeg, 1);
    let ours = decoder.decode(jpeg, Scale::Eighth, Planes::Luma);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            if theirs.warnings.iter().any(|warning| warning == CUT) {
                return Err("it was cut, and read".into());
            }
            let ours = (ours.luma.width, ours.luma.height, ours.luma.samples);
            if ours != (theirs.width, theirs.height, &theirs.samples) {
                return Err(format!("other bits; the judge said {:?}", theirs.warnings));
            }
            Ok(if theirs.warnings.is_empty() { Seen::BothRead } else { Seen::BothReadDespite })
        }
        (Ok(_), Err(_)) => Ok(Seen::OnlyWeRead),
        (Err(DecodeError::Unsupported(_)), Ok(_)) => Ok(Seen::Unsupported),
        (Err(_), theirs) if is_clean(&theirs) => Ok(Seen::Stricter),
        (Err(_), _) => Ok(Seen::Refused),
    }
}

fn is_clean(theirs: &Result<Decoded, String>) -> bool {
    theirs.as_ref().is_ok_and(|decoded| decoded.warnings.is_empty())
}
