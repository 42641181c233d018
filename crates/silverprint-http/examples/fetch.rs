//! Fetches a list with this crate's client and keeps nothing: what downloading
//! alone costs, to be held against others who do no more.
//!
//! `fetch LIST CONNECTIONS`: an address a line, all of loopback; so many
//! connections to a host at most. Prints how many bytes came.
#![expect(clippy::print_stdout, reason = "an example talks to who runs it")]

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, join_all};
use silverprint_core::{Head, Silent, Sink, SinkError};
use silverprint_http::{Client, MayAsk, Policy};
use std::error::Error;
use std::sync::Arc;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use url::Url;

type Failure = Box<dyn Error + Send + Sync>;

/// Addresses on their way at once, as in the program: enough to fill a host's
/// gate, whatever it lets in.
const UNDER_WAY: usize = 256;

/// Counts, and forgets.
#[derive(Default)]
struct Count {
    bytes: u64,
}

impl Sink for Count {
    fn begin<'a>(&'a mut self, _: &'a Head) -> BoxFuture<'a, Result<(), SinkError>> {
        self.bytes = 0;
        async { Ok(()) }.boxed()
    }

    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>> {
        self.bytes += chunk.len() as u64;
        async { Ok(()) }.boxed()
    }

    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        async { Ok(()) }.boxed()
    }
}

#[expect(clippy::disallowed_methods, reason = "an example reads its list before it begins")]
fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let usage = "usage: fetch LIST CONNECTIONS";
    let list = std::fs::read_to_string(args.next().ok_or(usage)?)?;
    let urls = list.lines().map(Url::parse).collect::<Result<Vec<_>, _>>()?;
    let connections = args.next().ok_or(usage)?.parse()?;
    let policy = Policy {
        loopback: true,
        connections,
        ..Policy::new("silverprint-fetch".to_owned(), MayAsk::new(|_| Ok(())))
    };
    // As the program has it.
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    println!("{}", runtime.block_on(fetch(policy, urls))?);
    Ok(())
}

/// Fetches all, and says how many bytes that were.
async fn fetch(policy: Policy, urls: Vec<Url>) -> Result<u64, Failure> {
    let client = Client::new(policy, Arc::new(Silent))?;
    let room = Arc::new(Semaphore::new(UNDER_WAY));
    let tasks = urls.into_iter().map(|url| {
        let (client, room) = (client.clone(), Arc::clone(&room));
        tokio::spawn(async move {
            let _place = room.acquire_owned().await?;
            let mut count = Count::default();
            client.get(&url, &mut count).await?;
            Ok::<u64, Failure>(count.bytes)
        })
    });
    let mut bytes = 0;
    for ended in join_all(tasks).await {
        bytes += ended??;
    }
    Ok(bytes)
}
