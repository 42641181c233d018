//! The same bits as libjpeg-turbo, on random small JPEGs: every sampling,
//! quality, restart interval, table kind and order of scans. A seed makes the
//! same JPEG each time; `SILVERPRINT_SEED` runs one alone.
#![expect(clippy::print_stdout, reason = "what was left to others shows with --nocapture")]

use super::verdict::{Tally, judge};
use fastrand::Rng;
use silverprint_jpeg::Decoder;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, thread};
use turbo_judge::{encode, paint, random};

const N_SEEDS: u64 = 10_000;
/// Failures shown; the rest are counted.
const N_SHOWN: usize = 5;

#[test]
fn random_jpegs_decode_as_libjpeg_turbo_decodes_them() {
    let seeds = match env::var("SILVERPRINT_SEED").map(|seed| seed.parse::<u64>()) {
        Ok(Ok(seed)) => seed..seed + 1,
        _ => 0..N_SEEDS,
    };
    let next = AtomicU64::new(seeds.start);
    let work = || {
        // Every kind of instructions that this processor has.
        let mut decoders: Vec<Decoder> = Decoder::each().collect();
        let mut tally = Tally::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return tally;
            }
            judge_seed(seed, &mut decoders, &mut tally);
        }
    };
    let tally = thread::scope(|scope| {
        let n_threads = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        let tallies = threads.into_iter().map(|thread| thread.join().expect("it panics nowhere"));
        tallies.fold(Tally::default(), Tally::with)
    });
    println!("{tally}");
    assert!(tally.failures.is_empty(), "{}", tally.told(N_SHOWN));
    assert!(seeds.end - seeds.start == 1 || tally.n_same > N_SEEDS, "only {}", tally.n_same);
}

fn judge_seed(seed: u64, decoders: &mut [Decoder], tally: &mut Tally) {
    let mut rng = Rng::with_seed(seed);
    let recipe = random(&mut rng);
    let painted = paint(&recipe, &mut rng);
    let jpeg = encode(&recipe, &painted).unwrap_or_else(|why| panic!("{seed}: {why}: {recipe:?}"));
    for decoder in decoders {
        judge(seed, &recipe, &jpeg, decoder, tally);
    }
}
