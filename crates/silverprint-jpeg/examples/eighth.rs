//! Writes a JPEG's small grey picture as PGM: `cargo run --example eighth -- IN OUT`.

use silverprint_jpeg::{Decoder, Planes, Scale};
use std::io::Write as _;
use std::{env, fs, time};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut decoder = Decoder::new();
    let passes: usize = env::var("PASSES").map_or(1, |n| n.parse().unwrap());
    let files: Vec<String> = env::args().skip(1).collect();
    let read: Vec<Vec<u8>> = files.iter().map(fs::read).collect::<Result<_, _>>()?;
    let mut best = f64::MAX;
    for _ in 0..passes {
        let t = time::Instant::now();
        for (name, file) in files.iter().zip(&read) {
            match decoder.decode(&file[..], Scale::Eighth, Planes::Luma) {
                Ok(p) => {
                    if passes == 1 {
                        let mut f = fs::File::create(format!(
                            "/work/wt/lab/out/{}.pgm",
                            name.rsplit('/').next().unwrap()
                        ))?;
                        write!(f, "P5\n{} {}\n255\n", p.luma.width, p.luma.height)?;
                        f.write_all(p.luma.samples)?;
                    }
                }
                Err(e) => println!("{name}: {e}"),
            }
        }
        best = best.min(t.elapsed().as_secs_f64());
    }
    println!("{:.3} ms", best * 1e3 / files.len() as f64);
    Ok(())
}
