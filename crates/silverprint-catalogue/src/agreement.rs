//! Whether photos.jsonl still says what the catalogue knows: it is what a lost
//! catalogue would be built from. Where it does not, it is written again.
//!
//! Of each photo 16 bytes are held, for photos.jsonl is in no order.

use crate::error::Context;
use crate::line::Line;
use crate::record::{Record, for_each_line, refuse_symlink, sync_folder};
use crate::{Catalogue, CatalogueError, File, State, ledger, rebuild};
use silverprint_core::{Identity, Layout, PhotoId};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Where the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disagreement {
    /// There is no line that says what became of the photo.
    NoLine(PhotoId),
    /// The photo's last line says something else of its files.
    OtherFiles(PhotoId),
    /// A line is of a photo that the catalogue does not know.
    UnknownPhoto(PhotoId),
}

impl Disagreement {
    /// Which photo it is about.
    pub fn photo(self) -> PhotoId {
        match self {
            Self::NoLine(id) | Self::OtherFiles(id) | Self::UnknownPhoto(id) => id,
        }
    }
}

/// What the two must agree in: how far the archive is with a photo, and which
/// files it has.
fn gist(state: State, files: &[File]) -> Identity {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_unstable_by_key(|file| (file.role, file.version));
    let mut text = state.as_str().to_owned();
    for File { role, version, path, sha256, bytes, .. } in files {
        let _ = write!(text, "\n{} {version} {sha256} {bytes} {path}", role.as_str());
    }
    Identity::of(&text)
}

impl Catalogue {
    /// Hands over every photo of which photos.jsonl does not say what the
    /// catalogue knows. What was appended since the catalogue was last written
    /// is taken in when it is next opened, and is no disagreement; nor is a photo
    /// that a run was about to change.
    pub fn for_each_disagreement<E: From<CatalogueError>>(
        &self,
        folder: &Path,
        mut f: impl FnMut(Disagreement) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut gists = self.recorded_gists(folder)?;
        let attempt = "compare with photos.jsonl";
        let query = "SELECT id, state, deleted_at IS NOT NULL FROM photo INDEXED BY photo_known";
        let mut photos = self.sql.prepare(query).context(attempt, &self.path)?;
        let mut rows = photos.query([]).context(attempt, &self.path)?;
        while let Some(row) = rows.next().context(attempt, &self.path)? {
            let id = ledger::photo_id(row, 0).context(attempt, &self.path)?;
            let state: State = row.get(1).context(attempt, &self.path)?;
            let is_deleted: bool = row.get(2).context(attempt, &self.path)?;
            match gists.remove(&id) {
                None if state == State::Pending && !is_deleted => {}
                None => f(Disagreement::NoLine(id))?,
                Some(_) if state == State::Pending => {}
                Some(recorded) => {
                    let files = ledger::files(&self.sql, id).context(attempt, &self.path)?;
                    if gist(state, &files) != recorded {
                        f(Disagreement::OtherFiles(id))?;
                    }
                }
            }
        }
        gists.into_keys().try_for_each(|id| f(Disagreement::UnknownPhoto(id)))
    }

    /// What the last line of each photo comes to.
    fn recorded_gists(&self, folder: &Path) -> Result<HashMap<PhotoId, Identity>, CatalogueError> {
        let attempt = "compare with photos.jsonl";
        let known = rebuild::record_length(&self.sql).context(attempt, &self.path)?;
        let path = folder.join(Layout::RECORD);
        refuse_symlink(&path)?;
        let mut gists = HashMap::new();
        let taken = for_each_line(&path, 0..known, |_, text| {
            if let Some(line) = Line::parse(text) {
                gists.insert(line.id, gist(line.state, &line.files));
            }
            Ok(())
        });
        match taken {
            // Then every photo lacks its line.
            Err(CatalogueError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            taken => taken?,
        }
        Ok(gists)
    }

    /// Writes photos.jsonl again: the lines that can be believed and are of a
    /// known photo, and after them one for each of these photos.
    pub fn mend_record(&mut self, folder: &Path, photos: &[PhotoId]) -> Result<(), CatalogueError> {
        let Some(old) = self.record.take() else {
            return Err(CatalogueError::ReadOnly { path: self.path.clone() });
        };
        let new = folder.join(Layout::RECORD).with_extension("jsonl.new");
        refuse_symlink(&new)?;
        self.write_record(&old, &new, photos)?;
        drop(old);
        let path = folder.join(Layout::RECORD);
        fs::rename(&new, &path).and_then(|()| sync_folder(folder)).context("rename", &new)?;
        let record = Record::open(folder)?;
        let length = rebuild::set_record_length(&self.sql, record.length());
        length.context("agree with photos.jsonl", &self.path)?;
        self.record = Some(record);
        Ok(())
    }

    fn write_record(
        &self,
        old: &Record,
        new: &Path,
        photos: &[PhotoId],
    ) -> Result<(), CatalogueError> {
        let attempt = "write photos.jsonl again";
        match fs::remove_file(new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).context(attempt, new);
            }
            _ => {}
        }
        let opened = OpenOptions::new().write(true).create_new(true).open(new);
        let mut out = BufWriter::new(opened.context(attempt, new)?);
        let mut known = HashSet::new();
        old.for_each_line(0..old.length(), |_, text| {
            let Some(Line { id, .. }) = Line::parse(text) else { return Ok(()) };
            let is_known = known.contains(&id)
                || ledger::mark(&self.sql, id).context(attempt, &self.path)?.is_some();
            if is_known {
                known.insert(id);
                let text = text.trim_ascii();
                out.write_all(text).and_then(|()| out.write_all(b"\n")).context(attempt, new)?;
            }
            Ok(())
        })?;
        let mut line = Vec::new();
        for id in photos {
            line.clear();
            if let Some(known) = ledger::load(&self.sql, *id).context(attempt, &self.path)? {
                known.write_to(&mut line);
                out.write_all(&line).context(attempt, new)?;
            }
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error);
        file.and_then(|file| file.sync_all()).context(attempt, new)
    }
}
