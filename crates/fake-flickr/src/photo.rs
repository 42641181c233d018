//! One photo, worked out from the seed and its place in the stream; nothing of it is stored.

use crate::calendar;
use crate::config::{Plan, StreamConfig};
use crate::paint::Scene;
use crate::rendition::Label;
use crate::seed::{Dice, fraction, join};

/// What a photo's original is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Original {
    /// A baseline JPEG with the standard tables.
    Baseline,
    /// A progressive JPEG.
    Progressive,
    /// A JPEG in shades of grey.
    Grey,
    /// A JPEG in CMYK.
    Cmyk,
    /// A JPEG with Huffman tables of its own.
    Optimized,
    /// A JPEG with restart markers.
    Restarts,
    /// A PNG.
    Png,
    /// A GIF.
    Gif,
}

impl Original {
    /// `originalformat`, and the extension of the file.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Gif => "gif",
            _ => "jpg",
        }
    }

    /// The longest edge these originals have at most: paletted and lossless files grow fast.
    fn ceiling(self) -> u32 {
        match self {
            Self::Png => 2000,
            Self::Gif => 800,
            _ => u32::MAX,
        }
    }
}

/// Photo or video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// A photo.
    Photo,
    /// A video; its renditions are stills.
    Video,
}

impl Media {
    /// `media`, as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Video => "video",
        }
    }
}

/// Who may see a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Public,
    Private,
    Deleted,
    /// Marked moderate or restricted: not for who isn't signed in.
    Restricted,
}

/// What was done to a photo after the stream was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Edit {
    pub(crate) replaced: u32,
    pub(crate) retitled: u32,
}

/// Where and when a photo was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Geo {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) accuracy: u8,
}

/// One photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// Its id: eleven digits, growing with time.
    pub id: u64,
    /// Photo or video.
    pub media: Media,
    /// What the original is.
    pub original: Original,
    /// True where the original is offered, which is where `url_o` is listed.
    pub original_offered: bool,
    /// False where its owner lets nobody download it.
    pub downloadable: bool,
    /// The EXIF orientation that the original is stored with; 1 for upright.
    pub orientation: u8,
    /// The width of the upright picture.
    pub width: u32,
    /// The height of the upright picture.
    pub height: u32,
    /// Which painting it shows.
    pub painting: u32,
    /// When it was uploaded, in seconds since 1970.
    pub posted: i64,
    /// How many times it was replaced by another picture.
    pub version: u32,
    /// The longest edge that is offered in place of an original.
    pub(crate) ceiling: u32,
    pub(crate) scene: Scene,
    pub(crate) retitled: u32,
    /// The hash that every other choice about this photo follows from.
    pub(crate) fate: u64,
}

/// Ids lie this far apart, give or take, so that a neighbour's id can't be counted up to.
const STRIDE: u64 = 9973;
const FIRST_ID: u64 = 40_000_000_000;

/// What a choice is about, so that choices about one photo don't follow each other.
#[derive(Clone, Copy)]
pub(crate) enum About {
    Visibility = 1,
    Original,
    Offered,
    Orientation,
    Media,
    Secret,
    Title,
    Tags,
    Description,
    Taken,
    Views,
    Geo,
    License,
    Chunked,
    Host,
    Listing,
    Gone,
    Head,
    Streams,
}

/// The id of the photo with this ordinal.
pub(crate) fn id_of(seed: u64, ordinal: u32) -> u64 {
    FIRST_ID + u64::from(ordinal) * STRIDE + join(seed, u64::from(ordinal)) % STRIDE
}

/// The ordinal of the photo with this id, where one has it.
pub(crate) fn ordinal_of(seed: u64, id: u64) -> Option<u32> {
    let ordinal = u32::try_from(id.checked_sub(FIRST_ID)? / STRIDE).ok()?;
    (id_of(seed, ordinal) == id).then_some(ordinal)
}

/// Who may see the photo with this ordinal, as the stream was made.
pub(crate) fn fate_of(config: &StreamConfig, ordinal: u32) -> Fate {
    let hash = join(join(config.seed, u64::from(ordinal)), About::Visibility as u64);
    let mut at = fraction(hash);
    let shares = &config.shares;
    for (share, fate) in [
        (shares.private, Fate::Private),
        (shares.deleted, Fate::Deleted),
        (shares.restricted, Fate::Restricted),
    ] {
        if at < share {
            return fate;
        }
        at -= share;
    }
    Fate::Public
}

impl Photo {
    pub(crate) fn new(config: &StreamConfig, ordinal: u32, posted: i64, edit: Edit) -> Self {
        let hash = join(config.seed, u64::from(ordinal));
        let painting = (ordinal + edit.replaced * 7) % config.paintings.max(1);
        let scene = Scene::of(config.seed, painting);
        let choose = |about: About| fraction(join(hash, about as u64));
        let media =
            if choose(About::Media) < config.shares.videos { Media::Video } else { Media::Photo };
        let original = match media {
            Media::Photo => original(&config.shares, choose(About::Original)),
            Media::Video => Original::Baseline,
        };
        let edge = edge(config, painting).min(original.ceiling());
        let (width, height) = scene.frame(config.seed, painting).dimensions(edge);
        let rotated = media == Media::Photo
            && original.extension() == "jpg"
            && choose(About::Orientation) < config.shares.rotated;
        let offer = Offer::of(config, hash, choose(About::Offered));
        Self {
            id: id_of(config.seed, ordinal),
            media,
            original,
            original_offered: offer == Offer::Everything,
            downloadable: offer != Offer::NoDownload,
            ceiling: offer.ceiling(),
            orientation: if rotated { orientation(hash) } else { 1 },
            width,
            height,
            painting,
            posted,
            version: edit.replaced,
            scene,
            retitled: edit.retitled,
            fate: hash,
        }
    }

    /// A hash for one choice about this photo.
    pub(crate) fn hash(&self, about: About) -> u64 {
        join(self.fate, about as u64)
    }

    /// Dice for one choice about this photo.
    pub(crate) fn dice(&self, about: About) -> Dice {
        Dice::new(self.hash(about))
    }

    /// The dimensions of a rendition as it is served, upright but for the original, which lies as
    /// it was stored; `None` where there is no such rendition.
    pub fn dimensions(&self, label: Label) -> Option<(u32, u32)> {
        if label != Label::O {
            if label.edge() > self.ceiling {
                return None;
            }
            return label.dimensions(self.width, self.height);
        }
        let stored = if self.orientation >= 5 {
            (self.height, self.width)
        } else {
            (self.width, self.height)
        };
        self.original_offered.then_some(stored)
    }

    /// The dimensions as listings tell them. Nobody has recorded which way round the site lists an
    /// original that lies on its side, so half of them are listed each way.
    pub fn listed_dimensions(&self, label: Label) -> Option<(u32, u32)> {
        let upright = self.hash(About::Listing) & 1 == 0;
        let served = self.dimensions(label)?;
        Some(if label == Label::O && upright { (self.width, self.height) } else { served })
    }

    /// Every rendition there is, the smallest first, with its dimensions as served.
    pub fn renditions(&self) -> impl Iterator<Item = (Label, (u32, u32))> + '_ {
        Label::ALL.into_iter().filter_map(|label| Some((label, self.dimensions(label)?)))
    }

    /// The secret that stands in a rendition's URL: ten hexadecimal digits.
    pub fn secret(&self, label: Label) -> u64 {
        let own = if label.has_own_secret() { label as u64 + 1 } else { 0 };
        join(self.hash(About::Secret), u64::from(self.version) << 8 | own) >> 24
    }

    /// The extension of a rendition's file.
    pub fn extension(&self, label: Label) -> &'static str {
        if label == Label::O { self.original.extension() } else { "jpg" }
    }

    /// The `server` number of its URLs; newer photos all have 65535.
    pub(crate) fn server(&self) -> u64 {
        const SINCE_2019: i64 = 1_546_300_800;
        if self.posted >= SINCE_2019 { 65_535 } else { 1000 + self.hash(About::Host) % 7000 }
    }

    /// The path of a rendition on its host.
    pub fn path(&self, label: Label) -> String {
        let (server, id, secret) = (self.server(), self.id, self.secret(label));
        let (suffix, extension) = (label.suffix(), self.extension(label));
        let dash = if suffix.is_empty() { "" } else { "_" };
        format!("/{server}/{id}_{secret:010x}{dash}{suffix}.{extension}")
    }

    /// When it was taken, as the site writes it, and how exactly that is known (0, 4, 6 or 8).
    pub(crate) fn taken(&self) -> (String, u8) {
        let mut dice = self.dice(About::Taken);
        let before = i64::try_from(dice.below(40 * 86_400)).unwrap_or(0);
        let at = self.posted - before;
        let (year, month, _) = calendar::civil(at.div_euclid(86_400));
        match dice.below(40) {
            0 => (format!("{year:04}-{month:02}-01 00:00:00"), 4),
            1 => (format!("{year:04}-01-01 00:00:00"), 6),
            2 => (format!("{year:04}-01-01 00:00:00"), 8),
            _ => (calendar::written(at), 0),
        }
    }

    /// Where it was taken, for the photos that tell.
    pub(crate) fn geo(&self) -> Option<Geo> {
        let mut dice = self.dice(About::Geo);
        dice.chance(0.4).then(|| Geo {
            latitude: f64::from(dice.range(-60.0, 70.0)),
            longitude: f64::from(dice.range(-180.0, 180.0)),
            accuracy: [11, 12, 14, 16][dice.below(4)],
        })
    }

    /// How often it was looked at: few often, most seldom.
    pub(crate) fn views(&self) -> u64 {
        let unit = fraction(self.hash(About::Views));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 20000")]
        let views = (unit.powi(6) * 20_000.0) as u64;
        views
    }

    /// Its licence, 0 to 16; most have all rights reserved.
    pub(crate) fn license(&self) -> usize {
        license(self.fate)
    }
}

/// The licence that a photo's hash stands for.
fn license(hash: u64) -> usize {
    let mut dice = Dice::new(join(hash, About::License as u64));
    if dice.chance(0.6) { 0 } else { dice.below(17) }
}

/// How much of a photo others are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    Everything,
    /// Its owner lets nobody download it.
    NoDownload,
    /// Its owner pays nothing.
    FreePlan,
}

impl Offer {
    fn of(config: &StreamConfig, hash: u64, chosen: f64) -> Self {
        if chosen < config.shares.no_original {
            Self::NoDownload
        } else if config.plan == Plan::Free && !is_open(license(hash)) {
            Self::FreePlan
        } else {
            Self::Everything
        }
    }

    fn ceiling(self) -> u32 {
        match self {
            Self::Everything => u32::MAX,
            Self::NoDownload => 2048,
            Self::FreePlan => 1024,
        }
    }
}

/// Whether a licence is of Creative Commons, the public domain mark among them, or that of the
/// Commons: such photos are never withheld.
fn is_open(license: usize) -> bool {
    matches!(license, 1..=7 | 9..=16)
}

/// The original that a fraction stands for: the shares one after another, then the plain ones.
fn original(shares: &crate::config::Shares, mut at: f64) -> Original {
    let kinds = [
        (shares.png, Original::Png),
        (shares.gif, Original::Gif),
        (shares.progressive, Original::Progressive),
        (shares.grey, Original::Grey),
        (shares.cmyk, Original::Cmyk),
        (shares.optimized, Original::Optimized),
        (shares.restarts, Original::Restarts),
    ];
    for (share, kind) in kinds {
        if at < share {
            return kind;
        }
        at -= share;
    }
    Original::Baseline
}

/// One of the orientations 2 to 8; mostly 6 and 8, which is how phones are held.
fn orientation(hash: u64) -> u8 {
    const HELD: [u8; 11] = [6, 8, 6, 8, 6, 3, 2, 4, 5, 7, 3];
    *Dice::new(join(hash, About::Orientation as u64)).pick(&HELD)
}

/// The longest edge of a painting's original: most are as large as configured, some are crops.
fn edge(config: &StreamConfig, painting: u32) -> u32 {
    let full = config.originals.max(16);
    match join(config.seed ^ 0x5ca1e, u64::from(painting)) % 16 {
        0 => full * 3 / 4,
        1 => full * 7 / 8,
        _ => full,
    }
}
