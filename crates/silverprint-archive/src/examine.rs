//! Is this body the picture that was wanted? The rules, in this order: the
//! first bytes of a picture; of the kind that the address promised; its own
//! end marker, where HTTP gave no length; the listed dimensions; and it
//! decodes, for its thumbnail is made at once.
//!
//! What no check can see: flipped bytes that decode to something. They are
//! caught only by their SHA-256, from the first good copy on.

use crate::camera::camera;
use crate::content::Content;
use silverprint_core::{Camera, Format, Rendition};
use silverprint_thumb::{ThumbError, Thumbnailer, ends_whole, read_header};
use std::io::{self, Read};

/// Flickr's "this photo is no longer available" is a GIF or PNG of a few kB.
/// A GIF or PNG original of other dimensions than listed, and no larger, is it.
const PLACEHOLDER_AT_MOST: u64 = 64 << 10;

/// What is known of a picture before it comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expected {
    pub(crate) format: Option<Format>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    /// HTTP said how long the body is, and it was: the end marker is not asked.
    pub(crate) length_known: bool,
    /// How many bytes there are.
    pub(crate) bytes: u64,
}

impl Expected {
    pub(crate) fn of(rendition: &Rendition) -> Self {
        Self {
            format: rendition.format(),
            width: rendition.width,
            height: rendition.height,
            ..Self::default()
        }
    }
}

/// What a body turned out to be.
#[derive(Debug)]
pub(crate) enum Examined {
    /// The picture that was wanted.
    Good(Picture),
    /// A picture, but damaged; its thumbnail shows what could be saved of it.
    Damaged { cause: String, picture: Picture },
    /// No picture at all, or another than was asked for.
    Wrong(String),
    /// The host's way to say that there is none.
    Placeholder(String),
    /// Our own disk failed.
    Local(io::Error),
    /// The decoder panicked: a bug of ours.
    Panicked,
}

/// What is seen of a picture, as stored, before any rotation.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// None where none could be made.
    pub(crate) thumbnail: Option<Vec<u8>>,
    /// What its own bytes say of how it was taken.
    pub(crate) camera: Option<Camera>,
}

/// Examines, and makes the thumbnail. Blocks; for the threads of the pool.
pub(crate) fn examine(
    thumbnailer: &mut Thumbnailer,
    content: &Content,
    expected: &Expected,
) -> Examined {
    match judge(thumbnailer, content, expected) {
        Ok(examined) => examined,
        Err(error) => Examined::Local(error),
    }
}

fn judge(
    thumbnailer: &mut Thumbnailer,
    content: &Content,
    expected: &Expected,
) -> io::Result<Examined> {
    let mut start = Vec::with_capacity(16);
    content.open()?.take(16).read_to_end(&mut start)?;
    let Some(format) = Format::sniff(&start) else {
        return Ok(Examined::Wrong(not_a_picture(&start)));
    };
    if let Some(promised) = expected.format
        && promised != format
        && matches!(format, Format::Gif | Format::Png)
    {
        let (came, asked) = (format.extension(), promised.extension());
        return Ok(Examined::Placeholder(format!("a {came} came where a {asked} was asked for")));
    }
    Ok(match look(thumbnailer, content, expected, format)? {
        Ok(picture) => Examined::Good(picture),
        Err(Flaw::Placeholder(message)) => Examined::Placeholder(message),
        Err(Flaw::Damaged { cause, width, height }) => {
            // Whether the source itself is damaged shows when the same bytes
            // come again; what can be saved of them is drawn already now.
            let salvaged = thumbnailer.salvage(content.open()?).ok();
            let thumbnail = salvaged.map(|thumbnail| thumbnail.bytes);
            let camera = camera(content, format);
            let picture = Picture { format, width, height, thumbnail, camera };
            Examined::Damaged { cause, picture }
        }
    })
}

/// Why a body that begins like a picture is not taken.
enum Flaw {
    Damaged { cause: String, width: u32, height: u32 },
    Placeholder(String),
}

/// Header, dimensions, end, pixels. The outer error is our own disk's.
fn look(
    thumbnailer: &mut Thumbnailer,
    content: &Content,
    expected: &Expected,
    format: Format,
) -> io::Result<Result<Picture, Flaw>> {
    let damaged = |cause: String, width, height| Ok(Err(Flaw::Damaged { cause, width, height }));
    let header = match read_header(content.open()?) {
        Ok(header) => header,
        Err(ThumbError::Io(source)) => return Err(source),
        Err(error) => return damaged(error.to_string(), 0, 0),
    };
    let (width, height) = (header.width, header.height);
    if let Some(listed) = other_dimensions(width, height, expected) {
        let message = format!("{width} × {height} pixels instead of {listed}");
        let is_placeholder = format != Format::Jpeg && expected.bytes <= PLACEHOLDER_AT_MOST;
        if is_placeholder {
            return Ok(Err(Flaw::Placeholder(message)));
        }
        return damaged(message, width, height);
    }
    if !expected.length_known && !ends_whole(content.open()?).unwrap_or(false) {
        return damaged("the end is missing".to_owned(), width, height);
    }
    let thumbnail = match thumbnailer.thumbnail(content.open()?) {
        Ok(thumbnail) => Some(thumbnail.bytes),
        // Whole as far as can be seen, and of a kind that we cannot draw.
        Err(ThumbError::Unsupported { .. } | ThumbError::TooLarge { .. }) => None,
        Err(ThumbError::Io(source)) => return Err(source),
        Err(error) => return damaged(error.to_string(), width, height),
    };
    let camera = camera(content, format);
    Ok(Ok(Picture { format, width, height, thumbnail, camera }))
}

/// The listed dimensions, if the picture has others. Listings give those of
/// the upright picture, originals may lie on their side.
fn other_dimensions(width: u32, height: u32, expected: &Expected) -> Option<String> {
    let listed = (expected.width?, expected.height?);
    let fits = listed == (width, height) || listed == (height, width);
    (!fits).then(|| format!("{} × {}", listed.0, listed.1))
}

fn not_a_picture(start: &[u8]) -> String {
    let looks_like_html = start.trim_ascii_start().starts_with(b"<");
    match start {
        [] => "an empty body".to_owned(),
        _ if looks_like_html => "a page of text instead of a picture".to_owned(),
        _ => format!("no picture: it begins with {}", start.escape_ascii()),
    }
}
