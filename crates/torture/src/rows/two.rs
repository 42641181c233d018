//! Row 17: two processes, one folder. The second ends with exit 11 and names the
//! first's number; the first is not disturbed. The lock of a process that was
//! killed is taken over.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use anyhow::{Result, ensure};
use std::time::Duration;

const PHOTOS: u32 = 300;

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let times = ground.times(10);
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
        ensure!(first.until_saved(1)?, "the second disturbed the first");
        first.kill()?;

        sync().run()?.has_code(&[0])?;
        folder.holds(&Wanted::of(&server)?)?;
    }
    Ok(format!("{times} times: exit 11 with the first's number; a dead one's lock taken over"))
}
