//! Makes thumbnails of the pictures named, on all cores, into a folder:
//!
//! `cargo run --release -p silverprint-thumb --example thumbnails -- FOLDER PICTURE…`

use std::error::Error;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::{env, fs};

use silverprint_thumb::{ThumbnailSpec, batch};

#[expect(clippy::print_stderr, reason = "an example talks to its user")]
#[expect(clippy::disallowed_methods, reason = "an example has no store to leave files to")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args_os().skip(1).map(PathBuf::from);
    let folder = args.next().ok_or("it takes a folder, and pictures")?;
    let paths: Vec<PathBuf> = args.collect();
    let pictures: Vec<Vec<u8>> = paths.iter().map(fs::read).collect::<Result<_, _>>()?;
    let made = batch(ThumbnailSpec::default(), &pictures, available_parallelism()?);
    for (path, made) in paths.iter().zip(made) {
        let name = path.file_name().ok_or("a picture without a name")?;
        match made {
            Ok(thumbnail) => fs::write(folder.join(name).with_extension("jpg"), thumbnail.bytes)?,
            Err(error) => eprintln!("{}: {error}", path.display()),
        }
    }
    Ok(())
}
