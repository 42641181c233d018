//! What the sheet is told of one photo.

use silverprint_core::PhotoId;

/// One photo of the sheet. Texts come as the owner wrote them, paths relative
/// to the archive's folder, with `/`; the sheet makes both harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub id: PhotoId,
    /// The owner's words; may hold anything.
    pub title: String,
    /// When it was uploaded: seconds since 1970, UTC.
    pub posted: Option<i64>,
    /// When it was taken, as Flickr writes it: `YYYY-MM-DD HH:MM:SS`.
    pub taken: Option<String>,
    /// Flickr's licence number, 0 to 16.
    pub license: Option<u8>,
    /// The picture is the still of a video.
    pub is_video: bool,
    /// The file that a click opens; none where the photo is missing. Of a sheet
    /// of files, the reference to it.
    pub picture: Option<String>,
    /// The thumbnail; none where there is none.
    pub thumb: Option<String>,
    /// The thumbnail's width in pixels.
    pub thumb_width: u32,
    /// The thumbnail's height in pixels.
    pub thumb_height: u32,
    /// The photo's page; left out of the sheet unless it is http(s).
    pub flickr_url: String,
    /// Why it is missing, or what is wrong with it: defective at the source,
    /// deleted upstream.
    pub note: Option<String>,
}
