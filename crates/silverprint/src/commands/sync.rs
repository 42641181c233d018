//! `silverprint sync`: a photostream into a folder.

use crate::args;
use crate::exit::Exit;
use crate::hints;
use crate::interrupt::interruptible;
use crate::progress::Progress;
use crate::receipt;
use anyhow::{Context, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use silverprint_archive::{Keep, Order, Videos, Wanted, archive};
use silverprint_core::{AccountRef, NameTemplate, Window};
use silverprint_flickr::{Api, ApiKey, Base, KeyError};
use silverprint_http::{Client, MayAsk, Policy, Stall};
use silverprint_thumb::ThumbnailSpec;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

/// Where the user's own key comes from; never from the arguments, which
/// everybody on the machine can read.
const KEY_VARIABLE: &str = "SILVERPRINT_FLICKR_KEY";
/// Who we are, and where to reach us.
const USER_AGENT: &str =
    concat!("silverprint/", env!("CARGO_PKG_VERSION"), " (+https://crates.io/crates/silverprint)");

pub(crate) async fn run(args: &args::Sync) -> anyhow::Result<Exit> {
    let args::Access::Key = args.access;
    let base = match &args.how.flickr_url {
        Some(url) => Base::at(url).context("--flickr-url")?,
        None => Base::flickr(),
    };
    let key = key()?;
    let door = Door { base, key, policy: policy(&args.how) };
    let order = order(args)?;
    perform(order, door, args.output).await
}

/// The user's own key.
fn key() -> anyhow::Result<ApiKey> {
    let text = std::env::var_os(KEY_VARIABLE).unwrap_or_default();
    match text.to_string_lossy().parse() {
        // Set to nothing is not set: so are variables that a script passes on.
        Err(KeyError::Empty) => Err(hints::NoKey.into()),
        key => key.context(KEY_VARIABLE),
    }
}

/// Where to ask, as whom, and how politely.
pub(crate) struct Door {
    pub(crate) base: Base,
    pub(crate) key: ApiKey,
    pub(crate) policy: Policy,
}

/// Carries an order out, with progress, interruptible, to its exit code.
pub(crate) async fn perform(
    order: Order,
    door: Door,
    output: args::Output,
) -> anyhow::Result<Exit> {
    let Door { base, key, mut policy } = door;
    let is_dry = order.dry_run;
    let progress = Progress::new(output);
    let reporter = Arc::clone(progress.reporter());
    policy.loopback = base.is_loopback();
    let asked = base.clone();
    policy.may_ask = MayAsk::new(move |url| asked.may_ask(url).map_err(|no| no.to_string()));
    let client = Client::new(policy, Arc::clone(&reporter))?;
    let source = Arc::new(Api::new(base, key, client));

    let work = async |stop| archive(order, source, reporter, stop).await;
    let ended = interruptible(work, |message| progress.say(message)).await;
    progress.end();
    let Some(ended) = ended else { return Ok(Exit::Interrupted) };
    let report = ended?;
    // Programs have it from stdout.
    if !output.quiet && !output.json {
        receipt::print(&report, is_dry);
    }
    let exit = Exit::of(&report);
    if let Some(error) = report.cut_short {
        hints::report(&error.into());
    }
    Ok(exit)
}

/// The polite defaults; whom they may ask is said by [`perform`].
pub(crate) fn polite() -> Policy {
    let nobody_yet = MayAsk::new(|_| Err("no base is set".to_owned()));
    Policy::new(USER_AGENT.to_owned(), nobody_yet)
}

/// The polite defaults, and what the user changed of them.
fn policy(how: &args::How) -> Policy {
    Policy {
        connections: how.connections,
        rate: how.rate,
        stall: Stall { over: Duration::from_secs(how.stall), ..Stall::default() },
        ..polite()
    }
}

fn order(args: &args::Sync) -> anyhow::Result<Order> {
    let args::Sync { target, place, what, how, .. } = args;
    Ok(Order {
        account: target.clone(),
        folder: Some(place.to.clone().unwrap_or_else(|| folder_of(target).into())),
        wanted: wanted(what),
        name: NameTemplate::default(),
        window: window(what)?,
        limit: what.limit,
        full: what.full,
        dry_run: how.dry_run,
        jobs: how.jobs.unwrap_or_else(cores),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// `./ALIAS`, as typed: it stays the same when the account takes an alias.
fn folder_of(target: &AccountRef) -> String {
    target.to_string()
}

fn wanted(what: &args::What) -> Wanted {
    let spec = ThumbnailSpec {
        width: what.thumb.width,
        height: what.thumb.height,
        fit: what.fit,
        tone: what.tone,
        encoding: what.thumb_format,
    };
    let keep = if what.thumbs_only { Keep::Thumbnails } else { Keep::Pictures };
    Wanted { size: what.size, keep, videos: Videos::Streams, thumbnail: spec }
}

fn window(what: &args::What) -> anyhow::Result<Window> {
    let midnight =
        |day: Date| anyhow::Ok(TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0))?.as_second());
    let since = what.since.map(midnight).transpose().context("--since")?;
    let until = what.until.map(|day| midnight(day.tomorrow()?).map(|next| next - 1));
    let until = until.transpose().context("--until")?;
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        bail!("--since is after --until: no photo fits");
    }
    Ok(Window { since, until })
}

pub(crate) fn cores() -> NonZeroUsize {
    available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
