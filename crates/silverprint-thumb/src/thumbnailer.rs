//! The way from a picture to its thumbnail, and the scratch memory kept on it.

use std::io::{BufRead, Seek, SeekFrom};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fast_image_resize::Resizer;
use image::metadata::Orientation;
use image::{DynamicImage, Luma, Rgb, imageops};
use silverprint_jpeg::{Decoder, Planes};

use crate::decoded::{Care, Channels, Decoded};
use crate::encode::encode;
use crate::frame::{Components, Frame};
use crate::framing::Framing;
use crate::notes::Notes;
use crate::profile::{Conversion, Profiles};
use crate::resize::{lacking, resize};
use crate::small::Small;
use crate::{
    Dimensions, Header, Limit, PictureFormat, ThumbError, ThumbnailSpec, Tone, jpeg, planes,
    raster, read_header, tone,
};

/// Makes thumbnails of one kind, one after another. Keep one per thread.
#[derive(Debug)]
pub struct Thumbnailer {
    spec: ThumbnailSpec,
    decoder: Decoder,
    resizer: Resizer,
    profiles: Profiles,
    /// Samples of the last picture, for their memory.
    samples: Vec<u8>,
}

/// A finished thumbnail, exactly as large as its spec says.
#[derive(Clone, Debug)]
pub struct Thumbnail {
    /// The file's content.
    pub bytes: Vec<u8>,
    /// What the picture it was made from says of itself.
    pub source: Header,
}

/// A picture to read from, whatever it lies in: the decoders are compiled once for all
/// kinds of readers, not anew in each crate that has one. Those that ask for single bytes
/// get them from a buffer.
type Picture<'a> = &'a mut dyn Readable;

trait Readable: BufRead + Seek {}

impl<R: BufRead + Seek> Readable for R {}

impl Thumbnailer {
    /// A thumbnailer for thumbnails of `spec`.
    pub fn new(spec: ThumbnailSpec) -> Self {
        Self {
            spec,
            decoder: Decoder::new(),
            resizer: Resizer::new(),
            profiles: Profiles::default(),
            samples: Vec::new(),
        }
    }

    /// What its thumbnails look like.
    pub fn spec(&self) -> &ThumbnailSpec {
        &self.spec
    }

    /// Makes the thumbnail of a picture. A picture that is cut or damaged is an error.
    ///
    /// The picture starts at the reader's first byte, wherever the reader stands.
    pub fn thumbnail<R: BufRead + Seek>(
        &mut self,
        mut picture: R,
    ) -> Result<Thumbnail, ThumbError> {
        self.make(&mut picture, Care::Strict)
    }

    /// Makes a thumbnail of what can be shown of a damaged picture: for those that
    /// arrive damaged however often they are fetched. A sound picture gives what
    /// [`Self::thumbnail`] gives.
    pub fn salvage<R: BufRead + Seek>(&mut self, mut picture: R) -> Result<Thumbnail, ThumbError> {
        self.make(&mut picture, Care::Lenient)
    }

    fn make(&mut self, mut picture: Picture<'_>, care: Care) -> Result<Thumbnail, ThumbError> {
        self.check_spec()?;
        let source = read_header(&mut picture)?;
        Limit::PIXELS.check(source, u64::from(source.width) * u64::from(source.height))?;
        Limit::STORED.check(source, picture.seek(SeekFrom::End(0))?)?;
        let made = self.make_from_planes(&mut picture, source, care)?;
        let (mut thumbnail, orientation) = if let Some(made) = made {
            made
        } else {
            let decoded = self.decode(&mut picture, source, care)?;
            let orientation = decoded.orientation;
            (self.small(decoded)?, orientation)
        };
        thumbnail.apply_orientation(orientation);
        let mut thumbnail = self.on_paper(thumbnail);
        if let (Tone::Bilevel, Some(grey)) = (self.spec.tone, thumbnail.as_mut_luma8()) {
            tone::dither(grey);
        }
        Ok(Thumbnail { bytes: encode(&thumbnail, self.spec.encoding)?, source })
    }

    /// An ordinary JPEG, from no more of it than the thumbnail shows; `None` of others.
    fn make_from_planes(
        &mut self,
        picture: &mut Picture<'_>,
        source: Header,
        care: Care,
    ) -> Result<Option<(DynamicImage, Orientation)>, ThumbError> {
        if source.format != PictureFormat::Jpeg {
            return Ok(None);
        }
        picture.rewind()?;
        let channels = match Frame::read(picture)?.components() {
            Components::Grey => Channels::Grey,
            Components::YCbCr => Channels::Rgb,
            Components::Rgb | Components::Cmyk | Components::Ycck => return Ok(None),
        };
        picture.rewind()?;
        let Notes { orientation, profile } = Notes::read(picture)?;
        let conversion = self.profiles.conversion(&profile, channels);
        let colored = self.spec.tone == Tone::Colour && channels == Channels::Rgb
            || conversion.as_ref().is_some_and(Conversion::needs_colour);
        let planes = if colored { Planes::All } else { Planes::Luma };
        let framing = Framing::new(&self.spec, source, orientation);
        let small =
            planes::small(&mut self.decoder, &mut self.resizer, picture, source, framing, planes);
        let small = match small {
            // Others may show what there is of it.
            Err(ThumbError::Damaged { .. }) if care == Care::Lenient => return Ok(None),
            small => small?,
        };
        let finished = small.map(|small| small.finish(conversion.as_ref(), self.spec.tone));
        let whole = finished.map(|finished| finished.ok_or_else(|| lacking(source)));
        Ok(whole.transpose()?.map(|thumbnail| (thumbnail, orientation)))
    }

    fn decode(
        &mut self,
        picture: &mut Picture<'_>,
        source: Header,
        care: Care,
    ) -> Result<Decoded, ThumbError> {
        if source.format != PictureFormat::Jpeg {
            return raster::decode(picture, source, mem::take(&mut self.samples), care);
        }
        match jpeg::decode(picture, source, &self.spec) {
            Err(ThumbError::Damaged { .. }) if care == Care::Lenient => {
                let samples = mem::take(&mut self.samples);
                // The one decoder that shows half a picture has been seen to panic on
                // JPEGs that sample luma unevenly.
                let decode = AssertUnwindSafe(|| raster::decode(picture, source, samples, care));
                catch_unwind(decode).unwrap_or_else(|_| {
                    Err(ThumbError::damaged(source.format, "too much to show anything of it"))
                })
            }
            decoded => decoded,
        }
    }

    /// The picture at its last size, in the tone that is wanted. A profile that matters
    /// is applied to that little, so the colors are kept until then.
    fn small(&mut self, mut decoded: Decoded) -> Result<DynamicImage, ThumbError> {
        let Decoded { header, channels, .. } = decoded;
        let framing = Framing::new(&self.spec, header, decoded.orientation);
        let conversion = self.profiles.conversion(&decoded.profile, channels);
        decoded.channels = if conversion.is_some() {
            tone::lay_on_white(&mut decoded.samples, channels)
        } else {
            tone::reduce(&mut decoded.samples, channels, self.spec.tone)
        };
        let resized = resize(&mut self.resizer, &mut decoded, framing);
        self.keep(decoded.samples);
        let Framing { width, height, .. } = framing;
        let small = Small { width, height, channels: decoded.channels, samples: resized? };
        small.finish(conversion.as_ref(), self.spec.tone).ok_or_else(|| lacking(header))
    }

    fn check_spec(&self) -> Result<(), ThumbError> {
        let (width, height) = (self.spec.width.get(), self.spec.height.get());
        let limit = Dimensions::MAX_SIDE;
        if width.max(height) > limit {
            return Err(ThumbError::SpecTooLarge { width, height, limit });
        }
        Ok(())
    }

    /// Keeps memory for the next picture, unless one large picture would hold it forever.
    fn keep(&mut self, samples: Vec<u8>) {
        const KEPT: usize = 16 << 20;
        if samples.capacity() <= KEPT {
            self.samples = samples;
        }
    }

    /// Centers what does not fill the thumbnail on white, which is also what shows
    /// through where a picture is transparent.
    fn on_paper(&self, picture: DynamicImage) -> DynamicImage {
        let (width, height) = (self.spec.width.get(), self.spec.height.get());
        if (picture.width(), picture.height()) == (width, height) {
            return picture;
        }
        let mut paper = if picture.color().has_color() {
            DynamicImage::from(image::RgbImage::from_pixel(width, height, Rgb([255; 3])))
        } else {
            DynamicImage::from(image::GrayImage::from_pixel(width, height, Luma([255])))
        };
        let left = (width - picture.width().min(width)) / 2;
        let top = (height - picture.height().min(height)) / 2;
        imageops::replace(&mut paper, &picture, left.into(), top.into());
        paper
    }
}
