//! The objects of a file, written one after the other, and the table of where
//! they are.

use pdf_writer::{Chunk, Ref, Settings};
use std::io::{self, Write};

/// What a file begins with. The second line has bytes that are no text, so that
/// nobody takes it for one.
const HEAD: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
/// The table of places has ten digits for each.
const LARGEST: u64 = 9_999_999_999;

pub(super) struct Objects<W> {
    out: W,
    written: u64,
    /// Where each object stands; 0 as long as it is not written.
    places: Vec<u64>,
}

impl<W: Write> Objects<W> {
    pub(super) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(HEAD)?;
        Ok(Self { out, written: HEAD.len() as u64, places: Vec::new() })
    }

    /// The name of an object that will be written.
    pub(super) fn reserve(&mut self) -> Ref {
        self.places.push(0);
        Ref::new(i32::try_from(self.places.len()).expect("memory ends before numbers do"))
    }

    /// Writes an object. It is one: where it stands is where the file ends now.
    pub(super) fn write(&mut self, object: impl FnOnce(&mut Chunk)) -> io::Result<()> {
        let mut chunk = Chunk::with_settings(Settings { pretty: false });
        object(&mut chunk);
        let mut ids = chunk.refs();
        let (id, next) = (ids.next(), ids.next());
        debug_assert!(next.is_none(), "one object at a time");
        let id = id.expect("an object is written");
        self.places[place(id)] = self.written;
        self.put(chunk.as_bytes())
    }

    /// Writes what a reader begins with, and gives the file back.
    pub(super) fn finish(mut self, catalog: Ref, info: Ref) -> io::Result<W> {
        let start = self.written;
        let size = self.places.len() + 1;
        self.put(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes())?;
        for place in std::mem::take(&mut self.places) {
            debug_assert!(place > 0, "what is reserved is written");
            self.put(format!("{place:010} 00000 n \n").as_bytes())?;
        }
        let (catalog, info) = (catalog.get(), info.get());
        let trailer = format!("trailer\n<</Size {size}/Root {catalog} 0 R/Info {info} 0 R>>\n");
        self.put(trailer.as_bytes())?;
        self.put(format!("startxref\n{start}\n%%EOF\n").as_bytes())?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        if self.written > LARGEST {
            return Err(io::Error::other("a PDF has no more than 10 GB"));
        }
        self.out.write_all(bytes)
    }
}

fn place(id: Ref) -> usize {
    usize::try_from(id.get() - 1).expect("names of objects begin with 1")
}
