//! How long thumbnails take, as `cargo xtask bench thumbs` asks: pictures in memory, one thread, one
//! thumbnailer.
//!
//! `clock PICTURES [SPEC]`; PICTURES has a folder for each kind. It is asked by lines on its standard
//! input, and answers each with one: `load KIND FOLDER` reads the pictures of a kind and writes their
//! thumbnails into FOLDER (how many), `time N` makes all of them N times (seconds).

use std::error::Error;
use std::io::{self, BufRead, Cursor};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use silverprint_thumb::{Thumbnail, ThumbnailSpec, Thumbnailer};

#[expect(clippy::print_stdout, reason = "an example talks to its user")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("it takes a folder of pictures")?);
    let spec = args.next().map_or_else(|| Ok(ThumbnailSpec::default()), |spec| spec.parse())?;
    let mut clock = Clock { thumbnailer: Thumbnailer::new(spec), pictures: Vec::new() };
    println!("silverprint-thumb {}", env!("CARGO_PKG_VERSION"));
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.splitn(3, ' ').collect::<Vec<_>>()[..] {
            ["load", kind, target] => {
                clock.load(&folder.join(kind))?;
                println!("{}", clock.write(Path::new(target))?);
            }
            ["time", times] => println!("{:.9}", clock.time(times.parse()?)?),
            _ => return Err(format!("no such request: {line}").into()),
        }
    }
    Ok(())
}

/// A thumbnailer and the pictures of one kind.
struct Clock {
    thumbnailer: Thumbnailer,
    pictures: Vec<Picture>,
}

struct Picture {
    path: PathBuf,
    bytes: Vec<u8>,
}

#[expect(clippy::disallowed_methods, reason = "an example has no store to leave files to")]
impl Clock {
    fn load(&mut self, folder: &Path) -> Result<(), Box<dyn Error>> {
        self.pictures.clear();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            self.pictures.push(Picture { bytes: fs::read(&path)?, path });
        }
        self.pictures.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(())
    }

    /// Writes every thumbnail under its picture's name; returns how many.
    fn write(&mut self, folder: &Path) -> Result<usize, Box<dyn Error>> {
        for picture in &self.pictures {
            let thumbnail = thumbnail(&mut self.thumbnailer, picture)?;
            let stem = picture.path.file_stem().ok_or("a picture without a name")?;
            let extension = self.thumbnailer.spec().encoding.extension();
            fs::write(folder.join(stem).with_extension(extension), thumbnail.bytes)?;
        }
        Ok(self.pictures.len())
    }

    /// Seconds to make every thumbnail so many times.
    fn time(&mut self, times: u32) -> Result<f64, Box<dyn Error>> {
        let began = Instant::now();
        for _ in 0..times {
            for picture in &self.pictures {
                thumbnail(&mut self.thumbnailer, picture)?;
            }
        }
        Ok(began.elapsed().as_secs_f64())
    }
}

fn thumbnail(
    thumbnailer: &mut Thumbnailer,
    picture: &Picture,
) -> Result<Thumbnail, Box<dyn Error>> {
    let thumbnail = thumbnailer.thumbnail(Cursor::new(&picture.bytes));
    Ok(thumbnail.map_err(|error| format!("{}: {error}", picture.path.display()))?)
}
