//! Writes the luma of each JPEG named, at an eighth of its size, into a folder, as PGM under the
//! JPEG's own name; names the JPEGs that it leaves to others, and why. `cargo xtask bench thumbs`
//! holds these against libjpeg-turbo's.
//!
//! `cargo run --release -p silverprint-jpeg --example eighth -- FOLDER JPEG…`

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use silverprint_jpeg::{DecodeError, Decoder, Planes, Scale};

#[expect(clippy::print_stdout, reason = "an example talks to its user")]
#[expect(clippy::disallowed_methods, reason = "an example has no store to leave files to")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args_os().skip(1).map(PathBuf::from);
    let folder = args.next().ok_or("it takes a folder, and JPEGs")?;
    let mut decoder = Decoder::new();
    for path in args {
        let name = path.file_name().map(Path::new).ok_or("a JPEG without a name")?;
        let jpeg = fs::read(&path)?;
        match decoder.decode(&jpeg[..], Scale::Eighth, Planes::Luma) {
            Ok(picture) => {
                let luma = picture.luma;
                let mut pgm = format!("P5\n{} {}\n255\n", luma.width, luma.height).into_bytes();
                pgm.extend_from_slice(luma.samples);
                fs::write(folder.join(name), pgm)?;
            }
            Err(DecodeError::Unsupported(what)) => println!("{}: {what}", name.display()),
            Err(error) => return Err(format!("{}: {error}", path.display()).into()),
        }
    }
    Ok(())
}
