//! How long small pictures take, by process, tables, sampling, size and scale.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use silverprint_jpeg::{DecodeError, Decoder, Planes, Scale};

criterion_group!(benches, processes, scales, sizes);
criterion_main!(benches);

/// How a JPEG is written: one of these differs from the first in one thing.
#[derive(Clone, Copy)]
struct How {
    name: &'static str,
    sampling: SamplingFactor,
    process: Process,
    tables: Tables,
    restart_interval: u16,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Process {
    Baseline,
    Progressive,
}

/// Those of the standard, or the picture's own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tables {
    Standard,
    Own,
}

const BASELINE: How = How {
    name: "baseline",
    sampling: SamplingFactor::F_2_2,
    process: Process::Baseline,
    tables: Tables::Standard,
    restart_interval: 0,
};

const HOWS: [How; 6] = [
    BASELINE,
    How { name: "own tables", tables: Tables::Own, ..BASELINE },
    How { name: "restarts", restart_interval: 250, ..BASELINE },
    How { name: "4:2:2", sampling: SamplingFactor::F_2_1, ..BASELINE },
    How { name: "4:4:4", sampling: SamplingFactor::F_1_1, ..BASELINE },
    How { name: "progressive", process: Process::Progressive, ..BASELINE },
];

const SIZE: (u16, u16) = (2048, 1536);

fn processes(criterion: &mut Criterion) {
    for how in HOWS {
        let jpeg = jpeg(SIZE, how);
        measure(criterion, "process", how.name, &jpeg, Scale::Eighth, Planes::Luma);
    }
}

fn scales(criterion: &mut Criterion) {
    let jpeg = jpeg(SIZE, BASELINE);
    for scale in [Scale::Eighth, Scale::Quarter, Scale::Half] {
        for planes in [Planes::Luma, Planes::All] {
            let name = format!("{scale:?}, {planes:?}");
            measure(criterion, "scale", &name, &jpeg, scale, planes);
        }
    }
}

/// What a small JPEG takes is its tables more than its blocks.
fn sizes(criterion: &mut Criterion) {
    let how = How { tables: Tables::Own, ..BASELINE };
    for size in [(4000, 3000), (1024, 768), (500, 375), (16, 16)] {
        let name = format!("{}x{}", size.0, size.1);
        measure(criterion, "size", &name, &jpeg(size, how), Scale::Eighth, Planes::Luma);
    }
}

/// One decoder, as on a thread that decodes many.
#[expect(clippy::print_stderr, reason = "who measures is told what was not")]
fn measure(
    criterion: &mut Criterion,
    group: &str,
    name: &str,
    jpeg: &[u8],
    scale: Scale,
    planes: Planes,
) {
    let mut decoder = Decoder::new();
    match decoder.decode(jpeg, scale, planes) {
        Ok(_) => {}
        Err(DecodeError::Unsupported(what)) => {
            eprintln!("{group}/{name}: left to others: {what}");
            return;
        }
        Err(error) => panic!("{group}/{name}: {error}"),
    }
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Bytes(jpeg.len() as u64));
    group.bench_with_input(BenchmarkId::from_parameter(name), jpeg, |bencher, jpeg| {
        bencher.iter(|| decoder.decode(black_box(jpeg), scale, planes).map(|_| ()));
    });
}

/// A picture of slopes, edges and grain: about as many bits a pixel as a photograph.
fn jpeg((width, height): (u16, u16), how: How) -> Vec<u8> {
    let mut grain = fastrand::Rng::with_seed(7);
    let mut samples = Vec::with_capacity(3 * usize::from(width) * usize::from(height));
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            let edge = if (x / 96 + y / 64) % 3 == 0 { 60 } else { 0 };
            let level = (x * 120 / u32::from(width) + edge).to_le_bytes()[0] + grain.u8(..24);
            samples.extend([level, level + 20, 200 - level / 2]);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(how.sampling);
    encoder.set_progressive(how.process == Process::Progressive);
    encoder.set_optimized_huffman_tables(how.tables == Tables::Own);
    encoder.set_restart_interval(how.restart_interval);
    encoder.encode(&samples, width, height, ColorType::Rgb).expect("a small picture is encoded");
    bytes
}
