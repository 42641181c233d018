//! Those who take part, and how each is asked: to fetch the same pictures, to keep them, and to
//! make a grey thumbnail of 120×120 from the middle of each.

use super::place::Place;
use super::stream::Stream;
use std::path::Path;
use std::process::Command;

/// As many connections as everybody may have, who can have several; aria2 has no more than 16.
pub(super) const CONNECTIONS: usize = 64;

/// Someone who does the job, in one step or two.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// For the plot, and for the logs.
    pub(super) short: &'static str,
    /// Where in the folder its thumbnails are.
    pub(super) thumbs: &'static str,
    pub(super) steps: fn(&Place, &Stream, &Path) -> Vec<Command>,
}

/// The place of each in [`TOOLS`].
pub(super) const OURS: usize = 0;
/// The stages of the talk.
pub(super) const TALK: [usize; 3] = [1, 2, 3];
pub(super) const GALLERY_DL: usize = 4;
pub(super) const ARIA2: usize = 5;
pub(super) const CURL: usize = 6;
pub(super) const IMG2DATASET: usize = 7;

/// Ours comes first.
pub(super) const TOOLS: [Tool; 8] = [
    Tool {
        name: "**silverprint**",
        short: "silverprint",
        thumbs: "thumbs",
        steps: |place, stream, folder| vec![silverprint(place, stream, folder)],
    },
    Tool {
        name: "talk: requests + Pillow, in turn",
        short: "requests, in turn",
        thumbs: "thumbs",
        steps: |place, _, folder| vec![talk(place, "in-turn", folder)],
    },
    Tool {
        name: "talk: asyncio + aiohttp",
        short: "aiohttp",
        thumbs: "thumbs",
        steps: |place, _, folder| vec![talk(place, "async", folder)],
    },
    Tool {
        name: "talk: with a pool of threads",
        short: "aiohttp + threads",
        thumbs: "thumbs",
        steps: |place, _, folder| vec![talk(place, "threads", folder)],
    },
    Tool {
        name: "gallery-dl + vipsthumbnail",
        short: "gallery-dl + vips",
        thumbs: "thumbs",
        steps: |place, stream, folder| {
            let (made, thumbs) = vipsthumbnail(place, stream, folder);
            vec![gallery_dl(place, folder), made, thumbs]
        },
    },
    Tool {
        name: "aria2c -j16 + vipsthumbnail",
        short: "aria2c + vips",
        thumbs: "thumbs",
        steps: |place, stream, folder| {
            let (made, thumbs) = vipsthumbnail(place, stream, folder);
            vec![aria2(place, folder), made, thumbs]
        },
    },
    Tool {
        name: "curl --parallel + libvips",
        short: "curl + libvips",
        thumbs: "thumbs",
        steps: |place, _, folder| vec![curl(place, folder), libvips(place, folder)],
    },
    Tool {
        name: "img2dataset, 120 centre crop",
        short: "img2dataset",
        thumbs: "set",
        steps: |place, stream, folder| vec![img2dataset(place, stream, folder)],
    },
];

/// In words, for people.
pub(super) fn how_they_are_asked() -> String {
    format!(
        "Everybody fetches the same rendition of the same photos from the same server, keeps the \
         files, and makes of each a grey JPEG of 120×120 from its middle. Silverprint gets the \
         account's name, has to list the stream by the API, and besides checks and hashes every \
         body, syncs files to the disk, keeps its catalogue, and makes the contact sheet; the \
         others get the list of addresses. Who can have several connections has {CONNECTIONS} at \
         most (aria2c 16), who makes thumbnails in a step of its own does so in one process for \
         each core. img2dataset keeps no pictures but the thumbnails, and those in colour."
    )
}

fn silverprint(place: &Place, stream: &Stream, folder: &Path) -> Command {
    let server = &stream.server;
    let mut command = place.rig.silverprint(&["sync", &server.alias]);
    command.args(["--quiet", "--connections", &CONNECTIONS.to_string()]);
    command.args(["--size", stream.setting.kind.size(), "--flickr-url", &server.base, "--to"]);
    command.arg(folder);
    command
}

fn talk(place: &Place, stage: &str, folder: &Path) -> Command {
    let mut command = place.python("talk.py");
    command.arg(stage).arg(place.list("urls")).arg(folder);
    command
}

fn gallery_dl(place: &Place, folder: &Path) -> Command {
    let mut command = place.pypi("gallery-dl");
    command.args(["--config-ignore", "--quiet", "--directory"]).arg(folder.join("photos"));
    command.args(["--filename", "{filename}.{extension}", "--input-file"]);
    command.arg(place.list("urls"));
    command
}

fn aria2(place: &Place, folder: &Path) -> Command {
    let mut command = place.program("aria2c", &["--quiet", "--no-conf", "-j16", "--split=1"]);
    command.args(["--file-allocation=none", "--auto-file-renaming=false", "--input-file"]);
    command.arg(place.list("urls")).arg("--dir").arg(folder.join("photos"));
    command
}

fn curl(place: &Place, folder: &Path) -> Command {
    let mut command = place.program("curl", &["--silent", "--show-error", "--fail", "--parallel"]);
    command.args(["--parallel-max", &CONNECTIONS.to_string(), "--create-dirs", "--output-dir"]);
    command.arg(folder.join("photos")).arg("--remote-name-all").arg("--config");
    command.arg(place.list("curlrc"));
    command
}

/// A folder, and its own program on every core.
fn vipsthumbnail(place: &Place, stream: &Stream, folder: &Path) -> (Command, Command) {
    let mut made = place.program("mkdir", &[]);
    made.arg(folder.join("thumbs"));
    let output = format!("{}/%s.jpg[Q=85,strip]", folder.join("thumbs").display());
    let mut command = place.program("xargs", &["--arg-file"]);
    command
        .arg(place.list("names"))
        .arg(format!("--max-args={}", share(place, stream)))
        .arg(format!("--max-procs={}", place.cores));
    command.args(["vipsthumbnail", "--size=120x120", "--smartcrop=centre"]);
    command.arg(format!("--export-profile={}", place.grey().display()));
    command.args(["--output", &output]).current_dir(folder).env("VIPS_CONCURRENCY", "1");
    (made, command)
}

/// Its library, called from one process for each core.
fn libvips(place: &Place, folder: &Path) -> Command {
    let mut command = place.python("vips.py");
    command.arg(folder.join("photos")).arg(folder.join("thumbs"));
    command
}

fn img2dataset(place: &Place, stream: &Stream, folder: &Path) -> Command {
    let mut command = place.pypi("img2dataset");
    command.arg("--url_list").arg(place.list("urls"));
    command.arg("--output_folder").arg(folder.join("set"));
    command.args(["--output_format", "files", "--image_size", "120"]);
    command.args(["--resize_mode", "center_crop", "--encode_quality", "85"]);
    command.args(["--processes_count", &place.cores.to_string()]);
    command.args(["--thread_count", &(CONNECTIONS / place.cores).to_string()]);
    command.args(["--number_sample_per_shard", &share(place, stream).to_string()]);
    // Nothing that it brings may ask beyond loopback: for a newer version, or to report.
    command.env("NO_ALBUMENTATIONS_UPDATE", "1").env("WANDB_MODE", "disabled");
    command
}

/// Photos that a process is given at a time: two shares for each core, so that all end together,
/// and few enough that starting a process costs little.
fn share(place: &Place, stream: &Stream) -> usize {
    stream.setting.photos.div_ceil(2 * place.cores)
}
