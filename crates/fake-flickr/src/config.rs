//! What a stream is made of: the seed, how many photos, and the share of every oddity.

/// The shares of a stream's oddities, each from 0 (none) to 1 (all).
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// Videos: `media=video`, with stills as renditions.
    pub videos: f64,
    /// Of the videos, those with the streams of old: `700` and `iphone_wifi`, and no original.
    pub old_videos: f64,
    /// Photos whose original is withheld by their owner (`candownload="0"`): no `url_o`, no
    /// original's secret, nothing over 2048 pixels.
    pub no_original: f64,
    /// Private photos, which no listing shows. They come on top of [`StreamConfig::photos`].
    pub private: f64,
    /// Deleted photos, which no listing shows. They come on top of [`StreamConfig::photos`].
    pub deleted: f64,
    /// Photos marked moderate or restricted, which no listing shows to who isn't signed in, and
    /// which the profile counts all the same. They come on top of [`StreamConfig::photos`].
    pub restricted: f64,
    /// Originals in PNG; their smaller sizes are JPEG.
    pub png: f64,
    /// Originals in GIF; their smaller sizes are JPEG.
    pub gif: f64,
    /// JPEG originals that lie on their side, with an EXIF orientation from 2 to 8.
    pub rotated: f64,
    /// Progressive JPEG originals.
    pub progressive: f64,
    /// Greyscale JPEG originals.
    pub grey: f64,
    /// CMYK JPEG originals, as print shops send them.
    pub cmyk: f64,
    /// JPEG originals with Huffman tables of their own.
    pub optimized: f64,
    /// JPEG originals with restart markers.
    pub restarts: f64,
    /// Titles that hurt: markup, terminal escapes, paths, device names, nothing at all.
    pub hurting_titles: f64,
    /// Photos whose pictures come chunked, without a Content-Length.
    pub chunked: f64,
}

impl Shares {
    /// No oddity at all.
    pub const NONE: Self = Self {
        videos: 0.0,
        old_videos: 0.0,
        no_original: 0.0,
        private: 0.0,
        deleted: 0.0,
        restricted: 0.0,
        png: 0.0,
        gif: 0.0,
        rotated: 0.0,
        progressive: 0.0,
        grey: 0.0,
        cmyk: 0.0,
        optimized: 0.0,
        restarts: 0.0,
        hurting_titles: 0.0,
        chunked: 0.0,
    };
}

impl Default for Shares {
    /// A little of everything, as streams that are lived in have it.
    fn default() -> Self {
        Self {
            videos: 0.03,
            old_videos: 0.3,
            no_original: 0.05,
            private: 0.02,
            deleted: 0.02,
            restricted: 0.0,
            png: 0.02,
            gif: 0.01,
            rotated: 0.08,
            progressive: 0.06,
            grey: 0.04,
            cmyk: 0.01,
            optimized: 0.05,
            restarts: 0.03,
            hurting_titles: 0.15,
            chunked: 0.3,
        }
    }
}

/// What an account pays for, which decides what others get of its photos.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plan {
    /// Nothing, in the days when nothing was withheld for that.
    #[default]
    FreeBefore2025,
    /// Nothing, as since 15 May 2025: no originals and nothing over 1024 pixels, but of photos
    /// under a licence of Creative Commons or in the Commons.
    Free,
    /// Flickr Pro.
    Pro,
}

impl Plan {
    /// `ispro`, as the API writes it.
    pub(crate) fn is_pro(self) -> u8 {
        u8::from(self == Self::Pro)
    }
}

/// What a photostream is made of. The same configuration makes the same stream, byte for byte.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamConfig {
    /// Every choice follows from it.
    pub seed: u64,
    /// How many photos a visitor sees.
    pub photos: u32,
    /// The longest edge of the originals, in pixels.
    pub originals: u32,
    /// The JPEG quality of originals, from 1 to 100; smaller sizes use a little less.
    pub quality: u8,
    /// How strong the film grain is; 0 makes smooth pictures and small files.
    pub grain: f32,
    /// How many distinct pictures are painted; photos past that number share them. Every photo's
    /// bytes are its own all the same.
    pub paintings: u32,
    /// The account's path alias; empty for an account that has none.
    pub alias: String,
    /// The alias of another account, with the same photos; empty where there is none.
    pub twin: String,
    /// The account's screen name.
    pub username: String,
    /// What the account pays for.
    pub plan: Plan,
    /// The shares of the oddities.
    pub shares: Shares,
    /// How many bytes of encoded pictures are kept; what is dropped is painted again.
    pub cache_bytes: usize,
}

impl Default for StreamConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            photos: 100,
            originals: 1600,
            quality: 88,
            grain: 1.0,
            paintings: 300,
            alias: "silverprint-fake".to_owned(),
            twin: String::new(),
            username: "The Fake Photographer".to_owned(),
            plan: Plan::default(),
            shares: Shares::default(),
            cache_bytes: 512 << 20,
        }
    }
}

impl StreamConfig {
    /// The default stream with this seed and this many photos.
    pub fn new(seed: u64, photos: u32) -> Self {
        Self { seed, photos, ..Self::default() }
    }

    /// A stream without any oddity: every photo is a plain JPEG with its original and a Content-Length.
    pub fn clean(seed: u64, photos: u32) -> Self {
        Self { shares: Shares::NONE, ..Self::new(seed, photos) }
    }

    /// Clean, with originals of about 20 kB: for measuring requests instead of bytes.
    pub fn small(seed: u64, photos: u32) -> Self {
        Self { originals: 400, quality: 80, grain: 0.4, paintings: 64, ..Self::clean(seed, photos) }
    }

    /// Clean, with originals of about 6 kB.
    pub fn tiny(seed: u64, photos: u32) -> Self {
        Self { originals: 260, quality: 65, grain: 0.2, ..Self::small(seed, photos) }
    }

    /// The stream that `silverprint demo` archives: pleasing, with a few of each oddity.
    pub fn demo() -> Self {
        Self {
            seed: 2026,
            photos: 320,
            originals: 1600,
            paintings: 340,
            alias: "silverprint-demo".to_owned(),
            username: "Silverprint Demo".to_owned(),
            shares: Shares {
                videos: 0.02,
                old_videos: 0.0,
                no_original: 0.02,
                private: 0.01,
                deleted: 0.01,
                restricted: 0.0,
                png: 0.01,
                gif: 0.008,
                rotated: 0.04,
                progressive: 0.04,
                grey: 0.03,
                cmyk: 0.01,
                optimized: 0.05,
                restarts: 0.03,
                hurting_titles: 0.03,
                chunked: 0.3,
            },
            ..Self::default()
        }
    }
}
