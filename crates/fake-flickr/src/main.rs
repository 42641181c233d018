//! `fake-flickr`: serves a photostream that misbehaves on demand, until it is killed.
//!
//! The first line on stdout is the base URL; then come `alias`, `nsid` and, where it is a proxy,
//! `proxy`, each with its value.

use std::time::Duration;

use clap::{Parser, ValueEnum};
#[cfg(feature = "proxy")]
use fake_flickr::Proxy;
use fake_flickr::{Account, Config, Faults, Key, Label, PageShape, Plan, Server, StreamConfig};

/// A Flickr photostream that misbehaves on demand
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// What the stream is like
    #[arg(long, value_enum, default_value_t = Profile::Default)]
    profile: Profile,
    /// How many photos are listed [default: the profile's]
    #[arg(long)]
    photos: Option<u32>,
    /// What every choice follows from [default: the profile's]
    #[arg(long)]
    seed: Option<u64>,
    /// Longest edge of the originals in pixels [default: the profile's]
    #[arg(long)]
    originals: Option<u32>,
    /// JPEG quality of the originals, from 1 to 100 [default: the profile's]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// How strong the film grain is, and so how large files are [default: the profile's]
    #[arg(long)]
    grain: Option<f32>,
    /// How many distinct pictures are painted [default: the profile's]
    #[arg(long)]
    paintings: Option<u32>,
    /// Port of the API; image hosts take the ports after it; 0 lets the system choose
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many image hosts there are
    #[arg(long, default_value_t = 3)]
    image_hosts: usize,
    /// How long every answer takes, such as 50ms
    #[arg(long, value_parser = duration, default_value = "0ms")]
    latency: Duration,
    /// How long an answer of the API takes, where it differs
    #[arg(long, value_parser = duration)]
    api_latency: Option<Duration>,
    /// Faults of pictures: KIND:SHARE[:TIMES], separated by commas, such as mixed:0.1
    #[arg(long, default_value = "none")]
    faults: Faults,
    /// Share of API calls that fail in passing
    #[arg(long, default_value_t = 0.0)]
    api_faults: f64,
    /// Requests for pictures let in per second; more are answered by 429
    #[arg(long)]
    cap: Option<u32>,
    /// Bytes a second over all connections
    #[arg(long)]
    bandwidth: Option<u64>,
    /// Bytes a second for each answer
    #[arg(long)]
    bandwidth_each: Option<u64>,
    /// The only API key that is taken; any 32 hexadecimal digits otherwise
    #[arg(long)]
    key: Option<String>,
    /// What has become of the account
    #[arg(long, value_enum, default_value_t = State::Open)]
    account: State,
    /// Length of the largest stream of every video, in bytes
    #[arg(long, default_value_t = 96 << 10)]
    video_bytes: u32,
    /// How long the signed address of a stream is good for
    #[arg(long, value_parser = duration, default_value = "300s")]
    video_good_for: Duration,
    /// The shape of the models in pages
    #[arg(long, value_enum, default_value_t = Shape::Flat)]
    page_shape: Shape,
    /// How many photos a page stands for
    #[arg(long, default_value_t = 100)]
    page_announces: u32,
    /// How many of them it shows before a script has run
    #[arg(long, default_value_t = 25)]
    page_shows: u32,
    /// Be an HTTP proxy for the real site's hosts too, and write the certificate of its authority here
    #[cfg(feature = "proxy")]
    #[arg(long)]
    proxy_ca: Option<std::path::PathBuf>,
    /// What the account pays for
    #[arg(long, value_enum, default_value_t = Pays::NothingYet)]
    plan: Pays,
    /// Share of photos marked moderate or restricted, on top of those listed
    #[arg(long, default_value_t = 0.0)]
    restricted: f64,
    /// Paint these renditions before serving, such as o,t
    #[arg(long, value_delimiter = ',')]
    prepare: Vec<Label>,
    /// Threads that serve
    #[arg(long, default_value_t = 1)]
    workers: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Profile {
    /// A little of every oddity
    Default,
    /// No oddity at all
    Clean,
    /// Clean, originals of about 20 kB
    Small,
    /// Clean, originals of about 6 kB
    Tiny,
    /// What `silverprint demo` archives
    Demo,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    /// As recorded in 2021
    Flat,
    /// As recorded in 2024
    Wrapped,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Pays {
    /// Nothing, before originals were withheld for that
    NothingYet,
    /// Nothing
    Nothing,
    /// Flickr Pro
    Pro,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Open,
    Denied,
    Deleted,
    Unknown,
}

fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 = number.parse().map_err(|_| format!("{text:?} is no duration like 50ms"))?;
    let seconds = match unit {
        "us" => number / 1e6,
        "ms" => number / 1e3,
        "s" => number,
        _ => return Err(format!("{text:?} needs a unit: us, ms or s")),
    };
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

impl Args {
    /// Makes the stream what was asked for.
    fn shape(&self, stream: &mut StreamConfig) {
        stream.seed = self.seed.unwrap_or(stream.seed);
        stream.photos = self.photos.unwrap_or(stream.photos);
        stream.originals = self.originals.unwrap_or(stream.originals);
        stream.quality = self.quality.unwrap_or(stream.quality);
        stream.grain = self.grain.unwrap_or(stream.grain);
        stream.paintings = self.paintings.unwrap_or(stream.paintings);
        stream.plan = match self.plan {
            Pays::NothingYet => Plan::FreeBefore2025,
            Pays::Nothing => Plan::Free,
            Pays::Pro => Plan::Pro,
        };
        if self.restricted > 0.0 {
            stream.shares.restricted = self.restricted;
        }
    }

    fn config(self) -> Config {
        let mut config = match self.profile {
            Profile::Default => Config::default(),
            Profile::Clean => Config::clean(1, 100),
            Profile::Small => Config::new(StreamConfig::small(1, 1000)),
            Profile::Tiny => Config::new(StreamConfig::tiny(1, 1000)),
            Profile::Demo => Config::demo(),
        };
        self.shape(&mut config.stream);
        if !self.faults.rules.is_empty() {
            config.faults = self.faults.seeded(config.stream.seed);
        }
        if !self.latency.is_zero() {
            config.latency.images = self.latency;
            config.latency.api = self.latency;
        }
        config.latency.api = self.api_latency.unwrap_or(config.latency.api);
        config.account = match self.account {
            State::Open => Account::Open,
            State::Denied => Account::Denied,
            State::Deleted => Account::Deleted,
            State::Unknown => Account::Unknown,
        };
        config.pages.shape = match self.page_shape {
            Shape::Flat => PageShape::Flat,
            Shape::Wrapped => PageShape::Wrapped,
        };
        config.videos.bytes = self.video_bytes;
        config.videos.good_for = self.video_good_for;
        config.pages.announced = self.page_announces;
        config.pages.shown = self.page_shows;
        Config {
            #[cfg(feature = "proxy")]
            proxy: self.proxy_ca.map(|file| Proxy { ca_file: Some(file) }),
            port: self.port,
            image_hosts: self.image_hosts,
            api_faults: self.api_faults,
            cap: self.cap,
            bandwidth: self.bandwidth,
            bandwidth_each: self.bandwidth_each,
            key: self.key.map_or(Key::Any, Key::Only),
            workers: self.workers,
            ..config
        }
    }
}

#[expect(clippy::print_stdout, reason = "the base URL is what was asked for")]
fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let labels = args.prepare.clone();
    let server = Server::start(args.config())?;
    server.prepare(&labels);
    println!("{}", server.base());
    println!("alias {}", server.alias());
    println!("nsid {}", server.nsid());
    #[cfg(feature = "proxy")]
    if server.proxy_ca().is_some() {
        println!("proxy {}", server.base());
    }
    loop {
        std::thread::park();
    }
}
