//! Makes a thumbnail of each picture named, beside it, and tells how long that took.
//!
//! `cargo run --release -p silverprint-thumb --example thumb -- [--spec "120x120 cover grey jpg"] [--times N] PICTURE…`

use std::error::Error;
use std::io::Cursor;
use std::time::Instant;
use std::{env, fs};

use silverprint_thumb::{ThumbnailSpec, Thumbnailer};

#[expect(clippy::print_stdout, reason = "an example talks to its user")]
#[expect(clippy::disallowed_methods, reason = "an example has no store to leave files to")]
fn main() -> Result<(), Box<dyn Error>> {
    let (mut spec, mut times) = (ThumbnailSpec::default(), 1);
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--spec" => spec = args.next().unwrap_or_default().parse()?,
            "--times" => times = args.next().unwrap_or_default().parse::<u32>()?.max(1),
            path => {
                let picture = fs::read(path)?;
                let mut thumbnailer = Thumbnailer::new(spec);
                let mut thumbnail = thumbnailer.thumbnail(Cursor::new(&picture))?;
                let start = Instant::now();
                for _ in 1..times {
                    thumbnail = thumbnailer.thumbnail(Cursor::new(&picture))?;
                }
                let each = start.elapsed() / (times - 1).max(1);
                let thumb_path = format!("{path}.thumb.{}", spec.encoding.extension());
                fs::write(&thumb_path, &thumbnail.bytes)?;
                println!("{thumb_path}: {spec} of {:?}, {each:?} each", thumbnail.source);
            }
        }
    }
    Ok(())
}
