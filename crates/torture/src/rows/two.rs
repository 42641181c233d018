//! Row 17: two processes, one folder. The second ends with exit 11 and names the
//! first's number; the first is not disturbed, and ends with everything. Every
//! second time it is killed instead, and the lock of a dead process is taken over.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

const PHOTOS: u32 = 300;

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    // Both ends of the first, also where it has to be quick.
    let times = ground.times(10).max(2);
    for time in 0..times {
        let mut config = ground.stream_of(PHOTOS);
        config.latency.images = Duration::from_millis(20);
        let server = serve(config)?;
        let folder = ground.folder(&format!("two-{time}"));
        let sync = || ground.sync(&server, &folder).args(&["--connections", "2"]);

        let mut first = sync().start()?;
        ensure!(first.until_saved(10 + time)?, "it ended before its time");
        let second = sync().run()?;
        second.has_code(&[11])?;
        second.says(&first.pid().to_string())?;
        if time % 2 == 0 {
            first.kill()?;
            sync().run()?.has_code(&[0]).context("after the first was killed")?;
        } else {
            first.end()?.has_code(&[0]).context("the second disturbed the first")?;
        }
        let wanted = Wanted::of(&server)?;
        folder.holds(&wanted)?;
        ground.rests(&server, &folder, &wanted)?;
    }
    let (killed, ended) = (times.div_ceil(2), times / 2);
    Ok(format!(
        "{times} times exit 11 with the first's number; {ended} firsts went on to their end, \
         {killed} were killed and their locks taken over"
    ))
}
