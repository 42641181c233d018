//! What makes thumbnails: our own program, and the rivals.

/// A maker of thumbnails: a row of the table.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) title: &'static str,
    pub(super) program: Program,
}

/// How it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// The example `clock` of silverprint-thumb.
    Ours,
    /// `bench/thumbs/turbo.c`.
    Turbo,
    /// `bench/thumbs/rivals.py`, with this name.
    Python(&'static str),
}

pub(super) const PILLOW: Program = Program::Python("pillow");
pub(super) const LIBVIPS: Program = Program::Python("libvips");

pub(super) const TOOLS: [Tool; 9] = [
    Tool { title: "C + libjpeg-turbo", program: Program::Turbo },
    Tool { title: "Pillow as in the talk", program: PILLOW },
    Tool { title: "Pillow, draft(\"L\")", program: Program::Python("pillow-draft") },
    Tool { title: "OpenCV, reduced grey", program: Program::Python("opencv") },
    Tool { title: "libvips, thumbnail_buffer", program: LIBVIPS },
    Tool { title: "ImageMagick, size hint", program: Program::Python("imagemagick-hint") },
    Tool { title: "ImageMagick", program: Program::Python("imagemagick") },
    Tool { title: "FFmpeg, lowres", program: Program::Python("ffmpeg") },
    Tool { title: "**silverprint-thumb**", program: Program::Ours },
];
