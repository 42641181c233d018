//! What a thumbnail is to look like, for all that makes some.

use clap::Args as ClapArgs;
use silverprint_thumb::{Dimensions, Encoding, Fit, ThumbnailSpec, Tone};

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "What")]
pub(crate) struct Thumbnail {
    /// The thumbnails' size in pixels.
    #[arg(long, value_name = "WxH", default_value = "120x120")]
    thumb: Dimensions,
    /// How a picture fills its thumbnail: cover, contain or stretch.
    #[arg(long, default_value = "cover")]
    fit: Fit,
    /// The thumbnails' tone: grey, bilevel or colour.
    #[arg(long, default_value = "grey")]
    tone: Tone,
    /// The thumbnails' format: jpg, png or webp.
    #[arg(long, value_name = "FORMAT", default_value = "jpg")]
    thumb_format: Encoding,
}

impl Thumbnail {
    pub(crate) fn spec(&self) -> ThumbnailSpec {
        ThumbnailSpec {
            width: self.thumb.width,
            height: self.thumb.height,
            fit: self.fit,
            tone: self.tone,
            encoding: self.thumb_format,
        }
    }
}
