//! `silverprint demo`: the main job on a photostream that the program serves
//! itself, on loopback, with a few faults on the way. Nothing else differs from
//! `sync`: the same requests, the same folder.

use crate::args;
use crate::commands::door::{self, Chosen};
use crate::commands::job::{self, Job};
use crate::commands::sync::{cores, turn};
use crate::exit::Exit;
use crate::logs;
use anyhow::Context;
use fake_flickr::{Config, Server};
use silverprint_archive::{Keep, Order, Videos, Wanted};
use silverprint_core::{NameTemplate, Size, Window};
use silverprint_flickr::{Base, Door};
use silverprint_thumb::ThumbnailSpec;

pub(crate) fn run(args: &args::Demo) -> anyhow::Result<Exit> {
    logs::start(&args.output)?;
    // Serves from threads of its own until it is dropped.
    let server = Server::start(Config::demo()).context("start the demo's photostream")?;
    let base = Base::at(&server.base().parse()?)?;
    let door = Chosen { door: Door::Key(server.key().parse()?), note: None };
    let order = Order {
        account: server.alias().parse()?,
        folder: Some(args.to.clone().unwrap_or_else(|| server.alias().into())),
        wanted: Wanted {
            size: Size::Original,
            keep: Keep::Pictures,
            videos: Videos::Streams,
            thumbnail: ThumbnailSpec::default(),
        },
        name: NameTemplate::default(),
        window: Window::default(),
        limit: None,
        full: false,
        dry_run: false,
        jobs: cores(),
        turn: turn(&args.measuring),
        // The job draws them all.
        tracer: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    job::run(Job {
        orders: vec![order],
        around: None,
        door,
        base,
        named: None,
        policy: door::polite(),
        trace: args.measuring.trace.clone(),
        output: args.output.clone(),
    })
}
