//! Ordinary JPEGs, from the small picture within them: plane by plane, and no
//! more planes than the thumbnail shows.

use std::io::{BufRead, Seek};

use fast_image_resize::Resizer;
use silverprint_jpeg::{DecodeError, Decoder, Plane, Planes, Scale};

use crate::decoded::Channels;
use crate::framing::Framing;
use crate::resize::{Samples, resize_plane};
use crate::small::Small;
use crate::{Header, PictureFormat, ThumbError};

/// The scale at which a picture that is needed at so many eighths is decoded, if
/// there is one: of the smallest pictures each pixel counts.
pub(crate) fn scale(eighths: u32) -> Option<Scale> {
    match eighths {
        1 => Some(Scale::Eighth),
        2 => Some(Scale::Quarter),
        4 => Some(Scale::Half),
        _ => None,
    }
}

/// Decodes a JPEG and brings it to its last size; `None` if its kind is for others.
pub(crate) fn small<R: BufRead + Seek>(
    decoder: &mut Decoder,
    resizer: &mut Resizer,
    jpeg: &mut R,
    header: Header,
    framing: Framing,
    planes: Planes,
) -> Result<Option<Small>, ThumbError> {
    let Some(scale) = scale(framing.eighths()) else { return Ok(None) };
    jpeg.rewind()?;
    let picture = match decoder.decode(jpeg, scale, planes) {
        Ok(picture) => picture,
        Err(DecodeError::Unsupported(_)) => return Ok(None),
        Err(DecodeError::Damaged(what)) => {
            return Err(ThumbError::damaged(PictureFormat::Jpeg, what));
        }
        Err(DecodeError::Io(error)) => {
            return Err(ThumbError::from_io(PictureFormat::Jpeg, error));
        }
    };
    let Framing { width, height, .. } = framing;
    let scale = f64::from(framing.eighths()) / 8.0;
    let mut brought = |plane: Plane<'_>| {
        let (across, down) = plane.sampling;
        let scale = (scale / f64::from(across), scale / f64::from(down));
        let samples = Samples {
            bytes: plane.samples,
            width: length(plane.width),
            height: length(plane.height),
            scale,
        };
        resize_plane(resizer, samples, framing, header)
    };
    let y = brought(picture.luma)?;
    let Some([cb, cr]) = picture.chroma else {
        return Ok(Some(Small { width, height, channels: Channels::Grey, samples: y }));
    };
    let (cb, cr) = (brought(cb)?, brought(cr)?);
    Ok(Some(Small::from_ycbcr(width, height, [&y, &cb, &cr])))
}

fn length(samples: usize) -> u32 {
    u32::try_from(samples).expect("a side of a JPEG")
}
