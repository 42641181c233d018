//! `silverprint demo`: the main job on a photostream that the program serves
//! itself, on loopback, with a few faults on the way. Nothing else differs from
//! `sync`: the same requests, the same folder.

use crate::args;
use crate::commands::sync::{self, Door, cores};
use crate::exit::Exit;
use anyhow::Context;
use fake_flickr::{Config, Server};
use silverprint_archive::{Keep, Order, Videos, Wanted};
use silverprint_core::{NameTemplate, Size, Window};
use silverprint_flickr::Base;
use silverprint_thumb::ThumbnailSpec;

pub(crate) async fn run(args: &args::Demo) -> anyhow::Result<Exit> {
    // Serves from threads of its own until it is dropped.
    let server = Server::start(Config::demo()).context("start the demo's photostream")?;
    let base = Base::at(&server.base().parse()?)?;
    let door = Door { base, key: server.key().parse()?, policy: sync::polite() };
    let order = Order {
        account: server.alias().parse()?,
        folder: Some(args.place.to.clone().unwrap_or_else(|| server.alias().into())),
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
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    sync::perform(order, door, args.output).await
}
