//! Bytes become a file. Large bodies go past the system's cache of the disk, where
//! Linux and the file system let them: to copy them into it took up to a fifth of the
//! time of a run over originals, nobody reads them soon, and what other programs have
//! in it stays. (What is too large for memory streams through the cache.)

use crate::attempt::Attempt as _;
use crate::buffer;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// So much is written at once through the cache. Given originals of 4.4 MB in one
/// piece each, a virtual machine with Linux 6.18 and ext4 took 15 to 17 ms of a core
/// for one, and in pieces of this size 2.3. Why was not found out.
const PIECE: usize = 256 << 10;
/// What is smaller goes through the cache: copies of 220 kB take as long either way.
const LARGE: usize = 256 << 10;
/// And so much is written at once past it, as quickly as in one piece: some file
/// systems that let it be asked for go through the cache all the same.
#[cfg(target_os = "linux")]
const PIECE_PAST: usize = 1 << 20;
const _: () = assert!(LARGE >= buffer::LARGE, "what begins at no page cannot go past the cache");

/// A new file with these bytes, not synced yet.
pub(super) fn written(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = create(path).attempt("create", path)?;
    let past = match bytes.len() {
        LARGE.. => write_past_cache(&file, bytes).attempt("write", path)?,
        _ => 0,
    };
    let mut pieces = bytes[past..].chunks(PIECE);
    pieces.try_for_each(|piece| file.write_all(piece)).attempt("write", path)?;
    Ok(file)
}

/// Exclusively: neither follows a link nor overwrites.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Writes the whole pages of what begins at one, and says how many bytes went; the
/// rest is to be written in the usual way.
#[cfg(target_os = "linux")]
fn write_past_cache(file: &File, bytes: &[u8]) -> io::Result<usize> {
    use buffer::PAGE;
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

    if bytes.as_ptr().align_offset(PAGE) != 0 {
        return Ok(0);
    }
    let usual = fcntl_getfl(file)?;
    // Not when it is opened: who refuses then leaves the file there.
    if fcntl_setfl(file, usual | OFlags::DIRECT).is_err() {
        return Ok(0);
    }
    let gone = write_while_taken(file, &bytes[..bytes.len() / PAGE * PAGE]);
    fcntl_setfl(file, usual)?;
    Ok(gone)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
fn write_past_cache(_: &File, _: &[u8]) -> io::Result<usize> {
    Ok(0)
}

/// Writes until the first refusal, and says how much went. Why does not matter: a
/// full or broken disk says so again when the rest comes the usual way, and a rest
/// that begins within a page, or a disk with larger units, can have it no other way.
#[cfg(target_os = "linux")]
fn write_while_taken(mut file: impl Write, bytes: &[u8]) -> usize {
    let mut gone = 0;
    for piece in bytes.chunks(PIECE_PAST) {
        match file.write(piece) {
            Ok(wrote) if wrote == piece.len() => gone += wrote,
            Ok(wrote) => return gone + wrote,
            Err(_) => break,
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::{Buffers, PAGE};
    use std::io::Read as _;

    #[test]
    fn every_byte_is_in_the_file_from_a_page_or_not() {
        let directory = tempfile::tempdir().unwrap();
        for length in [0, 1, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE + PAGE - 1, 3 * LARGE + PAGE] {
            let bytes: Vec<u8> = (0..251).cycle().take(length).collect();
            let mut buffer = Buffers::new(length).take(length);
            buffer.extend(&bytes);
            for (name, bytes) in [("usual", &bytes[..]), ("pages", buffer.as_slice())] {
                // A piece of it begins at no page.
                for (from, bytes) in [(0, bytes), (1, bytes.get(1..).unwrap_or_default())] {
                    let path = directory.path().join(format!("{name}-{from}-{length}"));
                    written(&path, bytes).unwrap();
                    let mut found = Vec::new();
                    File::open(&path).unwrap().read_to_end(&mut found).unwrap();
                    assert!(found == bytes, "{path:?}");
                }
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_can_have_no_pages_past_the_cache_gets_none() {
        let file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut buffer = Buffers::new(LARGE).take(LARGE);
        buffer.extend(&vec![7; LARGE]);
        assert_eq!(write_past_cache(&file, buffer.as_slice()).unwrap(), 0);
        let error = (&file).write_all(buffer.as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    /// Where the file system of the tests has it, and nothing is left set that
    /// the next write would trip over.
    #[cfg(target_os = "linux")]
    #[test]
    fn whole_pages_go_past_the_cache_and_the_rest_the_usual_way() {
        use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
        let directory = tempfile::tempdir().unwrap();
        let file = create(&directory.path().join("file")).unwrap();
        let usual = fcntl_getfl(&file).unwrap();
        let has_it = fcntl_setfl(&file, usual | OFlags::DIRECT).is_ok();
        fcntl_setfl(&file, usual).unwrap();
        let mut buffer = Buffers::new(LARGE + 5).take(LARGE + 5);
        buffer.extend(&vec![7; LARGE + 5]);
        let gone = write_past_cache(&file, buffer.as_slice()).unwrap();
        assert_eq!(gone, if has_it { LARGE } else { 0 });
        assert_eq!(fcntl_getfl(&file).unwrap(), usual);
        (&file).write_all(&buffer.as_slice()[gone..]).unwrap();
        assert_eq!(file.metadata().unwrap().len(), (LARGE + 5) as u64);
    }

    /// Takes so many bytes at each write, or refuses.
    #[cfg(target_os = "linux")]
    struct Taking(Vec<io::Result<usize>>, Vec<u8>);

    #[cfg(target_os = "linux")]
    impl Write for Taking {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let most = if self.0.is_empty() { Ok(usize::MAX) } else { self.0.remove(0) };
            most.map(|most| {
                let taken = &bytes[..bytes.len().min(most)];
                self.1.extend(taken);
                taken.len()
            })
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_went_is_counted_up_to_the_first_refusal() {
        let bytes: Vec<u8> = (0..251).cycle().take(3 * PIECE_PAST).collect();
        let refused = || Err(io::ErrorKind::InvalidInput.into());
        for (takes, expected) in [
            (vec![], bytes.len()),
            (vec![refused()], 0),
            (vec![Ok(usize::MAX), refused()], PIECE_PAST),
            (vec![Ok(usize::MAX), Ok(777)], PIECE_PAST + 777),
            (vec![Ok(0)], 0),
            (vec![Err(io::ErrorKind::Interrupted.into())], 0),
        ] {
            let mut file = Taking(takes, Vec::new());
            assert_eq!(write_while_taken(&mut file, &bytes), expected);
            assert!(file.1 == bytes[..expected]);
        }
    }
}
