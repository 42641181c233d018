//! What the sheet is told of one photo.

use silverprint_core::PhotoId;

/// One photo of the sheet. Texts come as the owner wrote them, paths relative
/// to the archive's folder, with `/`; the sheet makes both harmless.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number.
    pub id: PhotoId,
    /// The owner's words; may hold anything.
    pub title: String,
    /// The owner's words; may hold anything, HTML included.
    pub description: String,
    /// Space-separated, as Flickr normalises them.
    pub tags: String,
    /// When it was uploaded: seconds since 1970, UTC.
    pub posted: Option<i64>,
    /// When it was taken, as Flickr writes it: `YYYY-MM-DD HH:MM:SS`.
    pub taken: Option<String>,
    /// Flickr's licence number, 0 to 16.
    pub license: Option<u8>,
    /// How often it was viewed.
    pub views: Option<u64>,
    /// Latitude and longitude in degrees.
    pub place: Option<(f64, f64)>,
    /// The camera and how it was set, a line each.
    pub camera: Vec<String>,
    /// The picture is the still of a video.
    pub is_video: bool,
    /// The picture that a click opens; none where the photo is missing.
    pub picture: Option<Picture>,
    /// The stream of a video.
    pub stream: Option<String>,
    /// The thumbnail; none where there is none.
    pub thumb: Option<Thumb>,
    /// The photo's page; left out of the sheet unless it is http(s).
    pub flickr_url: String,
    /// The line that credits it.
    pub credit: Option<String>,
    /// Why it is missing, or what is wrong with it: defective at the source,
    /// deleted upstream.
    pub note: Option<String>,
}

/// The picture itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    /// Where it lies. Of a sheet of files, the reference to it.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// In pixels; 0 where it is not known.
    pub width: u32,
    /// In pixels; 0 where it is not known.
    pub height: u32,
    /// Its SHA-256 in hexadecimal; empty where it is not known.
    pub sha256: String,
    /// Flickr's label of the size; empty where it is not known.
    pub rendition: String,
    /// It is the file that the owner uploaded.
    pub is_original: bool,
}

/// The thumbnail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thumb {
    /// Where it lies.
    pub path: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// What changes when its bytes do, such as their sum.
    pub stamp: String,
}

impl Row {
    /// A photo of which nothing is known but that it is there.
    pub fn bare(id: PhotoId) -> Self {
        Self {
            id,
            title: String::new(),
            description: String::new(),
            tags: String::new(),
            posted: None,
            taken: None,
            license: None,
            views: None,
            place: None,
            camera: Vec::new(),
            is_video: false,
            picture: None,
            stream: None,
            thumb: None,
            flickr_url: String::new(),
            credit: None,
            note: None,
        }
    }
}
