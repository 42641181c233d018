//! Those who take part, and how each is asked: with its own best means against
//! a bad line, the same patience, and as much at a time.

use super::place::{List, Place};
use super::stream::Stream;
use std::path::Path;
use std::process::Command;

/// Someone who fetches pictures.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// Where in the folder it puts them.
    pub(super) pictures: &'static str,
    pub(super) version: fn(&Place) -> Command,
    pub(super) command: fn(&Place, &Stream, &Path) -> Command,
}

/// Ours comes first.
pub(super) const TOOLS: [Tool; 7] = [
    Tool {
        name: "silverprint",
        pictures: "photos",
        version: |place| place.rig.silverprint(&["--version"]),
        command: silverprint,
    },
    Tool {
        name: "rclone",
        pictures: "",
        version: |place| place.program("rclone", &["--version"]),
        command: rclone,
    },
    Tool {
        name: "curl",
        pictures: "",
        version: |place| place.program("curl", &["--version"]),
        command: curl,
    },
    Tool {
        name: "img2dataset",
        pictures: "",
        version: |place| {
            let version = "import importlib.metadata as m; print(m.version('img2dataset'))";
            place.program(place.pypi("python"), &["-c", version])
        },
        command: img2dataset,
    },
    Tool {
        name: "aria2",
        pictures: "",
        version: |place| place.program("aria2c", &["--version"]),
        command: aria2,
    },
    Tool {
        name: "wget",
        pictures: "",
        version: |place| place.program("wget", &["--version"]),
        command: wget,
    },
    Tool {
        name: "gallery-dl",
        pictures: "",
        version: |place| place.program(place.pypi("gallery-dl"), &["--version"]),
        command: gallery_dl,
    },
];

/// In words, for people.
pub(super) fn how_they_are_asked() -> String {
    "Silverprint gets the account's name, and has to list the stream by the API, make thumbnails, \
     sync files to the disk, and keep its catalogue and contact sheet; the others get the list of \
     the pictures' addresses, and fetch. All have 16 requests at a time, wget and gallery-dl, which \
     do one at a time, by 16 processes that share the list (exit 123: one of them failed); \
     Silverprint finds its own number, up to 24. All give a silent connection up after 10 seconds, \
     and try six times or more."
        .to_owned()
}

fn silverprint(place: &Place, stream: &Stream, folder: &Path) -> Command {
    let server = &stream.server;
    let mut command = place.rig.silverprint(&["sync", &server.alias]);
    command.args(["--quiet", "--stall", "10", "--flickr-url", &server.base, "--to"]).arg(folder);
    command
}

fn rclone(place: &Place, stream: &Stream, folder: &Path) -> Command {
    let mut command = place.program("rclone", &["copy", ":http:"]);
    command.arg(folder).args(["--config=", "--http-url", stream.host()]);
    command.arg("--files-from-raw").arg(place.list(List::Paths));
    command.args(["--no-traverse", "--transfers=16", "--checkers=16", "--timeout=10s"]);
    command.args(["--contimeout=10s", "--retries=6", "--low-level-retries=10"]);
    command
}

fn curl(place: &Place, _: &Stream, folder: &Path) -> Command {
    let mut command = place.program("curl", &["--silent", "--show-error", "--fail"]);
    command.args(["--parallel", "--parallel-max", "16", "--retry", "6", "--retry-all-errors"]);
    command.args(["--connect-timeout", "10", "--speed-limit", "1024", "--speed-time", "10"]);
    command.args(["--remove-on-error", "--create-dirs", "--output-dir"]).arg(folder);
    command.args(["--remote-name-all", "--config"]).arg(place.list(List::Config));
    command
}

fn img2dataset(place: &Place, _: &Stream, folder: &Path) -> Command {
    let mut command = place.program(place.pypi("img2dataset"), &["--url_list"]);
    command.arg(place.list(List::Urls)).arg("--output_folder").arg(folder);
    command.args(["--output_format", "files", "--disable_all_reencoding", "True"]);
    command.args(["--processes_count", "1", "--thread_count", "16"]);
    command.args(["--timeout", "10", "--retries", "6"]);
    // Nothing that it brings may ask beyond loopback: for a newer version, or to report.
    command.env("NO_ALBUMENTATIONS_UPDATE", "1").env("WANDB_MODE", "disabled");
    command
}

fn aria2(place: &Place, _: &Stream, folder: &Path) -> Command {
    let mut command = place.program("aria2c", &["--quiet", "--no-conf", "--input-file"]);
    command.arg(place.list(List::Urls)).arg("--dir").arg(folder);
    command.args(["--max-concurrent-downloads=16", "--split=1", "--auto-file-renaming=false"]);
    command.args(["--timeout=10", "--connect-timeout=10", "--max-tries=6", "--retry-wait=1"]);
    command
}

fn wget(place: &Place, _: &Stream, folder: &Path) -> Command {
    let mut command = sixteen(place);
    command.args(["wget", "--no-config", "--no-verbose", "--directory-prefix"]).arg(folder);
    command.args(["--timeout=10", "--tries=6", "--waitretry=1", "--retry-connrefused"]);
    command.arg("--retry-on-http-error=429,503");
    command
}

fn gallery_dl(place: &Place, _: &Stream, folder: &Path) -> Command {
    let mut command = sixteen(place);
    command.arg(place.pypi("gallery-dl")).args(["--config-ignore", "--quiet", "--directory"]);
    command.arg(folder).args(["--filename", "{filename}.{extension}"]);
    command.args(["--retries", "6", "--http-timeout", "10"]);
    // It would let a 429 be, or wait for a minute.
    command.args(["--option", "retry-codes=[429]", "--sleep-429", "1"]);
    command
}

/// Sixteen processes of a program that asks for one thing at a time, each with
/// its part of the list.
fn sixteen(place: &Place) -> Command {
    let mut command = place.program("xargs", &["--max-procs=16", "--max-args=63", "--arg-file"]);
    command.arg(place.list(List::Urls));
    command
}
