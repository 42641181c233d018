//! How Flickr is asked: by which door, as whom, and how politely.

use crate::args;
use crate::hints::NoKey;
use crate::keys::{self, Found};
use crate::settings::ConfigFile;
use anyhow::Context;
use silverprint_core::{Reporter, Source};
use silverprint_flickr::{Base, Door};
use silverprint_http::{BuildError, Client, MayAsk, Policy, Stall};
use std::fs::File;
use std::io::{self, Read};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

/// Who we are, and where to reach us.
const USER_AGENT: &str =
    concat!("silverprint/", env!("CARGO_PKG_VERSION"), " (+https://crates.io/crates/silverprint)");

/// A bundle of all the world's authorities has a quarter of it.
const LONGEST_CA_FILE: u64 = 1 << 20;

/// A door, and what should be known of the choice.
pub(crate) struct Chosen {
    pub(crate) door: Door,
    pub(crate) note: Option<String>,
}

/// The door that was named; else that of the key if there is one, else that
/// of a page's visitor. A key that is there and no good is an error, whatever
/// other doors there are.
pub(crate) fn choose(
    access: Option<args::Access>,
    keyring: args::Keyring,
    config: &ConfigFile,
) -> anyhow::Result<Chosen> {
    let named = |door| Ok(Chosen { door, note: None });
    let must_be_key = match access {
        Some(args::Access::Site) => return named(Door::Site),
        Some(args::Access::Page) => return named(Door::Page),
        Some(args::Access::Key) => true,
        None => false,
    };
    let keyring = (!keyring.no_keyring).then(keys::the_keyring);
    match keys::find(config, keyring.as_ref())? {
        Found::Key(key) => named(Door::Key(key)),
        Found::Nothing(Some(error)) if must_be_key => Err(anyhow::Error::new(error).context(NoKey)),
        Found::Nothing(None) if must_be_key => Err(NoKey.into()),
        Found::Nothing(trouble) => {
            let why = trouble.map_or_else(|| "there is no API key".to_owned(), |it| it.to_string());
            let note = format!("{why}: reading the page that visitors see, with the newest photos");
            Ok(Chosen { door: Door::Page, note: Some(note) })
        }
    }
}

/// Where Flickr is.
pub(crate) fn base(flickr: &args::Flickr) -> anyhow::Result<Base> {
    match &flickr.flickr_url {
        Some(url) => Base::at(url).context("--flickr-url"),
        None => Ok(Base::flickr()),
    }
}

/// A source behind that door. All that is asked there goes through one client,
/// and so through one gate a host.
pub(crate) fn connect(
    door: Door,
    base: Base,
    mut policy: Policy,
    reporter: Arc<dyn Reporter>,
) -> anyhow::Result<Arc<dyn Source>> {
    policy.loopback = base.is_loopback();
    let asked = base.clone();
    policy.may_ask = MayAsk::new(move |url| asked.may_ask(url).map_err(|no| no.to_string()));
    let client = client(policy, reporter)?;
    Ok(silverprint_flickr::connect(door, base, client))
}

/// The polite defaults; whom they may ask is said by [`connect`].
pub(crate) fn polite() -> Policy {
    let nobody_yet = MayAsk::new(|_| Err("no base is set".to_owned()));
    Policy::new(USER_AGENT.to_owned(), nobody_yet)
}

/// The polite defaults, and what the user changed of them.
pub(crate) fn policy(manners: &args::Manners, flickr: &args::Flickr) -> anyhow::Result<Policy> {
    let policy = Policy {
        connections: manners.connections,
        rate: manners.rate,
        bandwidth: manners.bandwidth.map(NonZeroU64::get),
        stall: Stall { over: Duration::from_secs(manners.stall), ..Stall::default() },
        ..polite()
    };
    believing(policy, flickr)
}

/// The same, which also believes the certificates that the user named.
pub(crate) fn believing(mut policy: Policy, flickr: &args::Flickr) -> anyhow::Result<Policy> {
    if let Some(path) = &flickr.ca_file {
        let read = || {
            let mut pem = Vec::new();
            File::open(path)?.take(LONGEST_CA_FILE).read_to_end(&mut pem)?;
            io::Result::Ok(pem)
        };
        let pem = read().with_context(|| format!("--ca-file: cannot read {}", path.display()))?;
        policy.extra_roots.push(pem);
    }
    Ok(policy)
}

/// The client, which refuses certificates that are none: the user named them.
fn client(policy: Policy, reporter: Arc<dyn Reporter>) -> anyhow::Result<Client> {
    Client::new(policy, reporter).map_err(|error| match error {
        BuildError::Roots { .. } => anyhow::Error::new(error).context("--ca-file"),
        BuildError::Setup { .. } => error.into(),
    })
}
