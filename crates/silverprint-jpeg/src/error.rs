//! Why a JPEG gave no small picture.

use std::io;
use thiserror::Error;

/// Why a JPEG gave no small picture.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// A JPEG that this decoder leaves to others.
    #[error("not decoded here: {0}")]
    Unsupported(Unsupported),
    /// The bytes are not a whole JPEG: cut, or damaged.
    #[error("damaged: {0}")]
    Damaged(&'static str),
    /// Reading it failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What this decoder leaves to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unsupported {
    /// Lossless, hierarchical or arithmetic coding.
    #[error("a coding process other than baseline, extended or progressive Huffman")]
    Process,
    /// More than 8 bits a sample.
    #[error("more than 8 bits a sample")]
    Precision,
    /// Neither one component nor luma and two of chroma.
    #[error("components other than grey or YCbCr")]
    Components,
    /// Luma is not sampled at the highest rate, or chroma at odd ones.
    #[error("an unusual sampling")]
    Sampling,
    /// A height given only behind the first scan (DNL).
    #[error("a height given only after the scan (DNL)")]
    Height,
    /// A progressive JPEG that stops before its coefficients are complete.
    #[error("a progressive JPEG that was left incomplete")]
    Incomplete,
    /// More bytes than are held of one scan.
    #[error("more than 64 MiB in one scan")]
    Length,
    /// More coded data than the frame has blocks, all of which are there: scanners
    /// that count lines afterwards write such, and damage may look like it.
    #[error("more data than blocks")]
    Surplus,
    /// This scale, of a JPEG of this process.
    #[error("this scale of a progressive JPEG")]
    Scale,
}
