//! How long thumbnails take, whole and by part. Parts are measured through the
//! same door as everything: by pictures that leave only that part to do.

#[path = "../tests/pictures/mod.rs"]
mod pictures;

use std::hint::black_box;
use std::io::Cursor;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use image::DynamicImage;
use pictures::{BASELINE, Jpeg, PROGRESSIVE, photo, photo_jpeg};
use silverprint_thumb::{ThumbnailSpec, Thumbnailer};

criterion_group!(benches, decode, resize, encode, open);
criterion_main!(benches);

const USUAL: &str = "120x120 cover grey jpg";

/// JPEGs of several sizes and processes: nearly all of it is decoding.
fn decode(criterion: &mut Criterion) {
    let own_tables = Jpeg { optimized: true, ..BASELINE };
    for (name, picture) in [
        ("baseline 4000x3000", photo_jpeg(4000, 3000, BASELINE)),
        ("progressive 4000x3000", photo_jpeg(4000, 3000, PROGRESSIVE)),
        ("baseline 2048x1536", photo_jpeg(2048, 1536, BASELINE)),
        ("baseline 1024x768, own tables", photo_jpeg(1024, 768, own_tables)),
        ("baseline 500x375, own tables", photo_jpeg(500, 375, own_tables)),
    ] {
        measure(criterion, "decode", name, &picture, USUAL);
    }
}

/// Samples as they are, of the sizes that decoding leaves: nearly all of it is resizing.
fn resize(criterion: &mut Criterion) {
    for (width, height) in [(256, 192), (500, 375), (2000, 1500)] {
        let grey = DynamicImage::from(photo(width, height)).into_luma8();
        let picture = pictures::tiff(&grey.into());
        measure(criterion, "resize", &format!("{width}x{height}"), &picture, USUAL);
    }
}

/// Samples as they are, of the thumbnail's own size: nearly all of it is encoding.
fn encode(criterion: &mut Criterion) {
    let grey = DynamicImage::from(photo(120, 120)).into_luma8();
    let picture = pictures::tiff(&grey.into());
    for spec in [USUAL, "120x120 cover grey png", "120x120 cover grey webp"] {
        measure(criterion, "encode", spec, &picture, spec);
    }
}

/// The smallest JPEG: what a picture costs before its first block.
fn open(criterion: &mut Criterion) {
    measure(criterion, "open", "8x8", &photo_jpeg(8, 8, BASELINE), "1x1 cover grey jpg");
}

/// One thumbnailer, as on a thread that makes many.
fn measure(criterion: &mut Criterion, group: &str, name: &str, picture: &[u8], spec: &str) {
    let spec: ThumbnailSpec = spec.parse().expect("a spec");
    let mut thumbnailer = Thumbnailer::new(spec);
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Bytes(picture.len() as u64));
    group.bench_with_input(BenchmarkId::from_parameter(name), picture, |bencher, picture| {
        bencher.iter(|| {
            let thumbnail = thumbnailer.thumbnail(Cursor::new(black_box(picture)));
            thumbnail.expect("the picture is whole")
        });
    });
}
