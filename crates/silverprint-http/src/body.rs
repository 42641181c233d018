//! Reads a body into a sink, and tells a slow connection from a dead one.

use crate::bandwidth::Bandwidth;
use crate::policy::Stall;
use crate::trouble::Trouble;
use reqwest::Response;
use silverprint_core::{Head, Sink};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout_at};

/// After so many bytes others have their turn: a quick connection has the next ones
/// ready before these are hashed, and would keep the thread for its whole body.
const TURN: usize = 32 << 10;

/// Reads the whole body, or the rest of it, so many bytes, into the sink; its
/// judgement is still to be heard.
pub(crate) async fn read(
    mut response: Response,
    head: &Head,
    sink: &mut dyn Sink,
    stall: Stall,
    bandwidth: &Bandwidth,
) -> Result<u64, Trouble> {
    sink.begin(head).await?;
    let (mut received, mut in_turn) = (0, 0);
    let mut watch = Watch::new(stall);
    loop {
        let chunk = match timeout_at(watch.deadline, response.chunk()).await {
            Ok(chunk) => chunk?,
            Err(_) if watch.is_dead() => return Err(watch.trouble(received)),
            Err(_) => continue,
        };
        let Some(chunk) = chunk else { break };
        received += chunk.len() as u64;
        in_turn += chunk.len();
        watch.brought(chunk.len());
        let paused = Instant::now();
        bandwidth.pay(chunk.len()).await;
        sink.write(chunk).await?;
        if in_turn >= TURN {
            in_turn = 0;
            yield_now().await;
        }
        watch.excuse(paused);
    }
    // hyper sees a cut itself; this holds the promise should it ever not.
    match head.length.map(|length| length - head.from) {
        Some(length) if length != received => {
            Err(Trouble::Passing(format!("the body ended after {received} of {length} bytes")))
        }
        _ => Ok(received),
    }
}

/// Looks at a connection once in a while: did it bring enough since last time?
struct Watch {
    stall: Stall,
    deadline: Instant,
    brought: u64,
}

impl Watch {
    fn new(stall: Stall) -> Self {
        Self { stall, deadline: Instant::now() + stall.over, brought: 0 }
    }

    fn brought(&mut self, bytes: usize) {
        self.brought += bytes as u64;
        if Instant::now() >= self.deadline && !self.too_little() {
            self.next_window();
        }
    }

    /// Time that our own side took does not count against the host.
    fn excuse(&mut self, since: Instant) {
        self.deadline += since.elapsed();
    }

    /// At the end of a window: dead, or begin the next one.
    fn is_dead(&mut self) -> bool {
        let dead = self.too_little();
        if !dead {
            self.next_window();
        }
        dead
    }

    fn too_little(&self) -> bool {
        let window = u64::try_from(self.stall.over.as_millis()).unwrap_or(u64::MAX);
        self.brought < self.stall.floor.saturating_mul(window) / 1000
    }

    fn next_window(&mut self) {
        self.deadline = Instant::now() + self.stall.over;
        self.brought = 0;
    }

    fn trouble(&self, received: u64) -> Trouble {
        let seconds = self.stall.over.as_secs_f32();
        Trouble::Passing(format!(
            "stalled: {} bytes in {seconds} s, {received} in all",
            self.brought
        ))
    }
}
