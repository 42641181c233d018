//! Row 11: the power fails. Of a traced run, and of one that goes over the same
//! photos again, the disk is laid out as it may have been at 50 moments
//! (see `trace::loss` for what that models and what it cannot show), the last
//! of them when the program had ended. What then is called saved is there and
//! whole; the same command goes on from it, and ends with everything. (That this
//! would not hold without the syncs is looked at too, each time.)

use crate::claims::{self, Claims};
use crate::folder::{Folder, Wanted};
use crate::ground::{Ground, rests_after, serve};
use crate::program::Program;
use crate::trace::{Call, Manner, Platter, heard};
use anyhow::{Context, Result, ensure};
use fake_flickr::Server;
use fastrand::Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Few: each moment is followed by a run.
const PHOTOS: u32 = 150;
const POINTS: usize = 50;
/// Long enough for several groups of rows.
const LATENCY: Duration = Duration::from_millis(15);

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let mut config = ground.stream_of(ground.amount(PHOTOS, PHOTOS / 3));
    config.latency.images = LATENCY;
    let server = serve(config)?;
    let mut rng = Rng::with_seed(ground.seed);
    let mut sums = Sums::default();
    let points = ground.times(POINTS);

    let around = ground.scratch().join("traced");
    fs::create_dir(&around)?;
    // First everything is new, then it is all written over.
    for (name, args, n) in
        [("new", &[][..], points - points / 3), ("over", &["--tone", "bilevel"][..], points / 3)]
    {
        let scene = Scene { ground, server: &server, args, name };
        let before = Platter::of(&around)?;
        let folder = Folder::new(around.join("archive"));
        let log = ground.scratch().join("trace");
        let (ended, calls) = heard(scene.command(&folder), &log)?;
        ended.has_code(&[0])?;
        let mut whole = before.clone();
        whole.follow(&calls, usize::MAX - 1, &mut rng)?;
        whole.agrees_with(&around)?;
        if scene.args.is_empty() {
            scene.has_teeth(&before, &calls, &mut rng)?;
        }
        for point in 0..n {
            let at = moment(&calls, point, n, &mut rng);
            scene.fails_at(&before, &calls, at, point, &mut rng, &mut sums).with_context(|| {
                format!("the power fails on line {at} of the trace of the {name} run")
            })?;
        }
    }
    Ok(sums.told(points))
}

/// What the points came to, together.
#[derive(Default)]
struct Sums {
    rows: usize,
    fetched: u64,
    without_catalogue: usize,
}

impl Sums {
    fn told(&self, points: usize) -> String {
        let Self { rows, fetched, without_catalogue } = self;
        format!(
            "{points} points, {rows} rows held, {fetched} pictures fetched after them; \
             {without_catalogue} without a catalogue"
        )
    }
}

/// A run that is traced, and then gone on with.
struct Scene<'a> {
    ground: &'a Ground<'a>,
    server: &'a Server,
    args: &'a [&'a str],
    name: &'static str,
}

/// One moment of each equal stretch of the run; the last is after its end.
fn moment(calls: &[Call], point: usize, points: usize, rng: &mut Rng) -> usize {
    let last = calls.iter().map(|call| call.began).max().unwrap_or(0) + 1;
    if point + 1 == points {
        return last;
    }
    let stretch = |n: usize| last * n / points;
    rng.usize(stretch(point)..stretch(point + 1).max(stretch(point) + 1))
}

impl Scene<'_> {
    fn command(&self, folder: &Folder) -> Program {
        self.ground.sync(self.server, folder).args(&["--connections", "4"]).args(self.args)
    }

    fn fails_at(
        &self,
        before: &Platter,
        calls: &[Call],
        at: usize,
        point: usize,
        rng: &mut Rng,
        sums: &mut Sums,
    ) -> Result<()> {
        let manner = if point.is_multiple_of(2) { Manner::Ordered } else { Manner::Scattered };
        let mut platter = before.clone();
        platter.follow(calls, at, rng)?;
        let around = self.ground.scratch().join(format!("{}-{point}", self.name));
        platter.lay(&around, manner, rng)?;
        let folder = Folder::new(around.join("archive"));
        let Claims { saved, has_catalogue } = claims::of_catalogue(&folder, &self.copy())?;
        if self.args.is_empty() {
            claims::of_record(&folder)?;
        }
        let wanted = Wanted::of(self.server)?;
        let is_over = calls.iter().all(|call| call.began < at);
        let n = saved.len();
        ensure!(!is_over || n == wanted.pictures().len(), "{n} are left of a run that had ended");
        let n_sums = if is_over { claims::of_sums(&folder)? } else { 0 };
        ensure!(!is_over || n_sums >= 2 * n, "SHA256SUMS names {n_sums} files of {n} photos");

        self.server.reset_hits();
        self.command(&folder).run()?.has_code(&[0])?;
        let hits = self.server.hits();
        let again = saved.iter().find(|id| hits.of_photo(**id) > 0);
        ensure!(again.is_none(), "{again:?} was called saved, and was fetched again");
        folder.holds(&wanted)?;
        rests_after(self.server, self.command(&folder), &wanted)?;
        sums.rows += n;
        sums.fetched += hits.images;
        sums.without_catalogue += usize::from(!has_catalogue);
        Ok(fs::remove_dir_all(&around)?)
    }

    /// Had the program not synced its files, or its directories, this row would
    /// show it.
    fn has_teeth(&self, before: &Platter, calls: &[Call], rng: &mut Rng) -> Result<()> {
        let around = self.ground.scratch().join("unsynced");
        let folder = Folder::new(around.join("archive"));
        let is_file: fn(&Path) -> bool = |path| path.starts_with("archive/.silverprint/incoming");
        let is_directory: fn(&Path) -> bool = |path| path == Path::new("archive/photos");
        for (what, is_deaf) in [("files", is_file), ("directories", is_directory)] {
            let mut platter = before.clone().deaf_to(is_deaf);
            platter.follow(calls, usize::MAX - 1, rng)?;
            platter.lay(&around, Manner::Scattered, rng)?;
            let claims = claims::of_catalogue(&folder, &self.copy());
            ensure!(claims.is_err(), "nothing is lost where no {what} are synced");
            fs::remove_dir_all(&around)?;
        }
        Ok(())
    }

    fn copy(&self) -> PathBuf {
        self.ground.scratch().join("copy")
    }
}
