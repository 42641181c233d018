//! What to do about it: an error is shown with its causes, and where something
//! helps, that is said after it. Here and nowhere else.

use crate::exit::Exit;
use crate::keys::{KeyFileError, KeyringError, OpenToOthers};
use crate::logs::FilterError;
use crate::printable::say;
use crate::settings::SettingError;
use crate::stdout::WriteError;
use silverprint_archive::{ArchiveError, FolderError, LocalError, OverviewError, PaperError};
use silverprint_catalogue::CatalogueError;
use silverprint_core::SourceError;
use silverprint_flickr::KeyError;
use silverprint_http::BuildError;
use silverprint_serve::ServeError;
use std::borrow::Cow;
use std::io;
use url::Url;

/// There is no key to ask Flickr with.
#[derive(Debug)]
pub(crate) struct NoKey;

impl std::error::Error for NoKey {}

impl std::fmt::Display for NoKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("there is no API key to ask Flickr with")
    }
}

/// A key that was given to `login` is no good.
#[derive(Debug)]
pub(crate) struct NotKept;

impl std::fmt::Display for NotKept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the key is not kept")
    }
}

/// Shows an error on stderr, with its causes and its hint; says its exit code.
pub(crate) fn report(error: &anyhow::Error) -> Exit {
    report_at(error, None)
}

/// The same for one that came about at an address that the user named: where
/// that may be the cause, it is said.
pub(crate) fn report_at(error: &anyhow::Error, named: Option<&Url>) -> Exit {
    let mut texts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // Many errors name their cause already.
        if !texts.last().is_some_and(|last| last.contains(&text)) {
            texts.push(text);
        }
    }
    say(&format!("error: {}", texts.join(": ")));
    let (exit, hint) = judge(error);
    let of_address = named.filter(|_| may_be_elsewhere(error)).map(|url| {
        let (host, path) = (url.origin().ascii_serialization(), url.path());
        format!("Flickr is looked for at {host}{path} (--flickr-url, SILVERPRINT_FLICKR_URL): is that right?").into()
    });
    for hint in of_address.into_iter().chain(hint) {
        say(&format!("hint: {hint}"));
    }
    exit
}

/// Whether what answered, if anything did, may not be Flickr at all.
fn may_be_elsewhere(error: &anyhow::Error) -> bool {
    let Some(ArchiveError::Source(source)) = error.downcast_ref() else { return false };
    matches!(
        source,
        SourceError::Malformed { .. }
            | SourceError::Passing { .. }
            | SourceError::Unreachable { .. }
            | SourceError::NoSuchAccount { .. }
    )
}

fn judge(error: &anyhow::Error) -> (Exit, Option<Cow<'static, str>>) {
    let (exit, hint) = match error.downcast_ref::<ArchiveError>() {
        // Whatever it is that was wrong with it.
        _ if error.is::<NotKept>() => (Exit::Access, Some(TYPED_KEY)),
        Some(archive) => (Exit::of_error(archive), hint(archive)),
        None if error.is::<KeyError>() => (Exit::Access, Some(BAD_KEY)),
        None if error.is::<WriteError>() => (Exit::Fatal, stdout_hint(error)),
        None if error.is::<KeyringError>() => (Exit::Access, Some(NO_KEYRING)),
        None if error.is::<NoKey>() => (Exit::Access, Some(NO_KEY)),
        None if error.is::<KeyFileError>() => (Exit::Fatal, Some(NO_FILE)),
        None if is_setup(error) => (Exit::Fatal, Some(NO_ROOTS)),
        None if let Some(serve) = error.downcast_ref() => judge_serve(serve),
        None if let Some(paper) = error.downcast_ref() => judge_paper(paper),
        None => match (error.downcast_ref::<CatalogueError>(), error.downcast_ref()) {
            (Some(CatalogueError::Missing { .. }), _) => (Exit::Usage, Some(NO_ARCHIVE)),
            (Some(catalogue), _) => (Exit::Fatal, Some(catalogue_hint(catalogue))),
            (None, Some(OverviewError::Disk { source, .. })) => {
                (Exit::Fatal, Some(disk_hint(source)))
            }
            (None, Some(OverviewError::Sheet(_))) => (Exit::Bug, None),
            (None, None) => return judge_usage(error),
        },
    };
    (exit, hint.map(Cow::Borrowed))
}

fn judge_serve(error: &ServeError) -> (Exit, Option<&'static str>) {
    match error {
        ServeError::NoArchive { .. } => (Exit::Usage, Some(NO_ARCHIVE)),
        ServeError::Port { .. } => (Exit::Usage, Some(PORT)),
        ServeError::Threads(_) => (Exit::Fatal, None),
    }
}

fn judge_paper(error: &PaperError) -> (Exit, Option<&'static str>) {
    match error {
        PaperError::Catalogue(error) => (Exit::Fatal, Some(catalogue_hint(error))),
        PaperError::Occupied { .. } | PaperError::AmongOurs { .. } => {
            (Exit::Usage, Some(OTHER_FILE))
        }
        PaperError::NoSuchPage { .. } => (Exit::Usage, Some("name one of these with --page")),
        PaperError::Disk { source, .. } => (Exit::Fatal, Some(paper_hint(source))),
        PaperError::Interrupted => (Exit::Interrupted, None),
    }
}

/// Of a file that the user named, which may be anywhere.
fn paper_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            "make the folder that it shall lie in first, or name another file"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "name a file in a folder that you may write in"
        }
        io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory => OTHER_FILE,
        _ => disk_hint(error),
    }
}

/// Whether the system lacks what a client needs, which is nothing typed.
fn is_setup(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(BuildError::Setup { .. }))
}

/// Whether thumbnails would go where the pictures are.
fn is_about_place(error: &anyhow::Error) -> bool {
    let place = error.downcast_ref();
    matches!(place, Some(LocalError::AmongPictures { .. } | LocalError::IsInput { .. }))
}

/// Everything else is about what was typed.
fn judge_usage(error: &anyhow::Error) -> (Exit, Option<Cow<'static, str>>) {
    if let Some(OpenToOthers { file }) = error.downcast_ref() {
        let hint = format!("close it to them: chmod 600 {}", file.display());
        return (Exit::Access, Some(hint.into()));
    }
    let hint = match error.downcast_ref::<SettingError>() {
        Some(setting) => setting.hint().map(Cow::Owned),
        None if error.is::<FilterError>() => Some(Cow::Borrowed(FILTERS)),
        None if is_about_place(error) => Some(Cow::Borrowed(APART)),
        None => None,
    };
    (Exit::Usage, hint)
}

const NO_KEY: &str = "get one (https://www.flickr.com/services/apps/create/; Flickr gives new ones to Pro members only) and keep it with `silverprint login --key`, \
or set SILVERPRINT_FLICKR_KEY; without one --access page shows the newest photos, and `silverprint demo` the program";
const BAD_KEY: &str = "check the key (SILVERPRINT_FLICKR_KEY, else `key` in config.toml, else what \
`silverprint login --key` kept) against https://www.flickr.com/services/apps/by/me";
const TYPED_KEY: &str =
    "copy the key, not its secret, from https://www.flickr.com/services/apps/by/me";
const NO_ARCHIVE: &str = "name an archive's folder; `silverprint sync TARGET --to DIR` makes one";
const OTHER_FILE: &str = "name another file, or move away what is there";
const PORT: &str = "name another --port, or none: then one is found that is free";
const NO_KEYRING: &str = "unlock it; or set SILVERPRINT_FLICKR_KEY, or keep the key in a file: `silverprint login --key --file`";
const NO_ROOTS: &str =
    "install the system's CA certificates (Debian: ca-certificates), or name some with --ca-file";
const NO_FILE: &str = "make its folder writable, or set SILVERPRINT_FLICKR_KEY instead";
const APART: &str = "name another folder with --to; one below the pictures' own works too, and is not \
taken for pictures";
const FILTERS: &str =
    "a filter is a list of TARGET=LEVEL: silverprint_http=trace,silverprint=debug";

fn hint(error: &ArchiveError) -> Option<&'static str> {
    Some(match error {
        ArchiveError::Source(source) => match source {
            SourceError::NoSuchAccount { .. } => {
                "give the photostream's address as the browser shows it: https://www.flickr.com/photos/NAME/"
            }
            SourceError::NoPermission { .. } => {
                "only what its owner shows to everybody can be archived; ask the owner"
            }
            SourceError::BadKey { .. } => BAD_KEY,
            SourceError::Disallowed { .. } => NO_KEY,
            SourceError::Passing { .. } => AGAIN,
            SourceError::Unreachable { message, .. } => network_hint(message),
            SourceError::Local { source, .. } => disk_hint(source),
            SourceError::Malformed { .. } => {
                "Flickr may have changed; please report it with the output of -vv"
            }
        },
        ArchiveError::Unreachable { message } => network_hint(message),
        ArchiveError::Folder(FolderError::OtherAccount { .. }) => {
            "one account a folder: give another one with --to"
        }
        ArchiveError::Folder(FolderError::InUse { .. }) => {
            "wait for it to end, or give another folder with --to"
        }
        ArchiveError::Folder(FolderError::NotOurs { .. }) => NOT_A_FOLDER,
        ArchiveError::Folder(FolderError::Io { source, .. }) => folder_hint(source),
        ArchiveError::Disk { source, .. } => disk_hint(source),
        ArchiveError::Catalogue(error) => catalogue_hint(error),
        ArchiveError::Closing(error) => {
            let cause = anyhow::Chain::new(error).find_map(|it| it.downcast_ref());
            cause.map_or(AGAIN, disk_hint)
        }
        ArchiveError::Interrupted => return None,
    })
}

const AGAIN: &str = "run the same command again: what is saved stays saved";
const NETWORK: &str = "check the network (and HTTPS_PROXY), then run the same command again: what is saved stays saved";
const FULL: &str = "make room, then run the same command again: what is saved stays saved";
const NOT_A_FOLDER: &str = "move it away, or give another folder with --to";
const READ_ONLY: &str = "make the folder writable, or give another one with --to";

/// As every Unix numbers them: EMFILE, ENFILE.
const NO_FILES_LEFT: [i32; 2] = [24, 23];
/// Likewise.
const EIO: i32 = 5;
const FILES: &str = "allow more open files (ulimit -n 1024), or ask for fewer at once with --connections, then run the \
same command again: what is saved stays saved";
const UNOPENED: &str = "see that it may be opened, and as many files at once as need be (ulimit -n 1024), then run the \
same command again: what is saved stays saved";
const FAILING: &str = "look after the disk (dmesg, smartctl), then run the same command again: what is saved stays saved";
const GONE: &str = "the folder went, or a part of it, while the run was under way: bring it back, then run the same command again";
const NO_PLACE: &str = "no folder can be made there: give another one with --to";
const DAMAGED: &str = "run `silverprint verify --rebuild` with the folder: it makes the catalogue again from \
photos.jsonl, sets the old one aside, and checks every file";
const NO_RECORD: &str =
    "a sync of the same photostream makes both again, and takes in the pictures that are there";
const CERTIFICATE: &str = "whoever answered has no certificate that this system trusts: if a proxy opens what is \
encrypted, name its authority's with --ca-file; else install or update the system's (Debian: ca-certificates)";

/// A certificate that is not believed is no trouble of the network.
fn network_hint(message: &str) -> &'static str {
    if message.contains("certificate") { CERTIFICATE } else { NETWORK }
}

fn stdout_hint(error: &anyhow::Error) -> Option<&'static str> {
    let WriteError(source) = error.downcast_ref()?;
    let is_full =
        [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&source.kind());
    is_full.then_some("make room where stdout goes, then run the same command again")
}

/// What stands in the way of a folder, before anything is in it.
fn folder_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported => {
            NO_PLACE
        }
        _ => disk_hint(error),
    }
}

fn catalogue_hint(error: &CatalogueError) -> &'static str {
    match error {
        error if error.is_disk_full() => FULL,
        error if error.is_read_only() => READ_ONLY,
        CatalogueError::TooNew { .. } => "update silverprint",
        CatalogueError::NoRecord { .. } => NO_RECORD,
        error if error.is_damaged() => DAMAGED,
        error if error.is_disk_failing() => FAILING,
        error if error.cannot_open() => UNOPENED,
        CatalogueError::Io { source, .. } => disk_hint(source),
        _ => AGAIN,
    }
}

fn disk_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FULL,
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => NOT_A_FOLDER,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => READ_ONLY,
        io::ErrorKind::NotFound => GONE,
        _ => match system_code(error) {
            Some(code) if cfg!(unix) && NO_FILES_LEFT.contains(&code) => FILES,
            Some(EIO) if cfg!(unix) => FAILING,
            _ => AGAIN,
        },
    }
}

/// What the system itself said, whatever was said about it since.
fn system_code(error: &io::Error) -> Option<i32> {
    let codes = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error)
    };
    anyhow::Chain::new(error).find_map(codes)
}
