//! Where the sheet's files lie: whoever has the folder implements it.

use crate::SheetError;

/// The archive's folder, as the sheet needs it. Paths are relative, with `/`.
pub trait Shelf {
    /// What can go wrong when a file is written.
    type Error: From<SheetError>;

    /// What is in a file; none where it cannot be read, for whatever reason:
    /// the sheet shows the photo without its print then, or writes its own file
    /// again.
    fn read(&mut self, path: &str) -> Option<Vec<u8>>;

    /// How long a file is; none where there is none.
    fn length(&mut self, path: &str) -> Option<u64>;

    /// Writes a file whole, over what is there.
    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Removes a file; whether there was one.
    fn remove(&mut self, path: &str) -> Result<bool, Self::Error>;
}
