//! The way from a JPEG's bytes to its small picture.

use crate::{DecodeError, Picture, Planes, Scale, Unsupported};
use std::io::BufRead;

/// Decodes one JPEG after another, keeping its memory and tables between them.
/// Keep one per thread.
#[derive(Debug, Default)]
pub struct Decoder {}

impl Decoder {
    /// A decoder, without any memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The JPEG's picture at this scale. The JPEG starts where `jpeg` stands.
    pub fn decode<R: BufRead>(
        &mut self,
        _jpeg: R,
        _scale: Scale,
        _planes: Planes,
    ) -> Result<Picture<'_>, DecodeError> {
        Err(DecodeError::Unsupported(Unsupported::Process))
    }
}
