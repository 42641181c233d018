//! What a trace says of one host, quarter second by quarter second.

use crate::Failure;
use crate::bench::report::read;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// How long a step of it is.
const STEP: f64 = 0.25;

/// Connections and photos over time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Timeline {
    /// A step each.
    pub(super) steps: Vec<Step>,
    most: f64,
    photos: usize,
    requests: usize,
}

/// The means of a quarter second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Seconds from the run's beginning to the step's.
    pub(super) at: f64,
    /// Requests under way.
    pub(super) connections: f64,
    /// Photos a second that are done.
    pub(super) photos: f64,
}

impl Timeline {
    /// From a file that `--trace` wrote.
    pub(super) fn read(trace: &Path) -> Result<Self, Failure> {
        Self::of(&serde_json::from_str::<Vec<Value>>(&read(trace)?)?)
    }

    fn of(events: &[Value]) -> Result<Self, Failure> {
        let under_way = busiest(events).ok_or("the trace counts no connections")?;
        let of_kind = |kind: &'static str| events.iter().filter(move |it| it["cat"] == kind);
        let ends: Vec<f64> = of_kind("photo")
            .filter_map(|it| Some((it["ts"].as_f64()? + it["dur"].as_f64()?) / 1e6))
            .collect();
        let requests = of_kind("stage").filter(|it| it["name"] == "wire: answer").count();
        let last = ends.iter().copied().fold(0.0, f64::max);
        let mut steps = Vec::new();
        let mut at = 0.0;
        while at < last {
            let photos = ends.iter().filter(|end| (at..at + STEP).contains(*end)).count();
            let connections = mean(&under_way, at, at + STEP);
            steps.push(Step { at, connections, photos: float(photos) / STEP });
            at += STEP;
        }
        let most = under_way.iter().map(|(_, number)| *number).fold(0.0, f64::max);
        Ok(Self { steps, most, photos: ends.len(), requests })
    }

    /// The most requests that were ever seen under way.
    pub(super) fn most(&self) -> f64 {
        self.most
    }

    /// Requests for pictures beyond one a photo.
    pub(super) fn again(&self) -> usize {
        self.requests.saturating_sub(self.photos)
    }

    /// The means of the second half; the last step is cut short by the end.
    pub(super) fn second_half(&self) -> Step {
        let whole = &self.steps[..self.steps.len().saturating_sub(1)];
        let half = &whole[whole.len() / 2..];
        let mean =
            |value: fn(&Step) -> f64| half.iter().map(value).sum::<f64>() / float(half.len());
        Step {
            at: half.first().map_or(0.0, |step| step.at),
            connections: mean(|step| step.connections),
            photos: mean(|step| step.photos),
        }
    }
}

/// What the busiest host had under way, and from when: that of the pictures.
fn busiest(events: &[Value]) -> Option<Vec<(f64, f64)>> {
    let mut hosts: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for event in events.iter().filter(|event| event["ph"] == "C") {
        let number = event["args"]["under way"].as_f64()?;
        let host = hosts.entry(event["name"].as_str()?).or_default();
        host.push((event["ts"].as_f64()? / 1e6, number));
    }
    hosts.into_values().max_by_key(Vec::len)
}

/// The mean of what is told when it changes, over a time.
fn mean(changes: &[(f64, f64)], from: f64, to: f64) -> f64 {
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([f64::INFINITY]);
    let weights = changes.iter().zip(ends).map(|((begin, number), end)| {
        let within = (end.min(to) - begin.max(from)).max(0.0);
        number * within
    });
    weights.sum::<f64>() / (to - from)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand photos")]
fn float(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_trace_is_read_by_quarter_seconds() {
        let count = |host: &str, ts: f64, number: u32| json!({ "ph": "C", "name": host, "ts": ts * 1e6, "args": { "under way": number } });
        let photo = |end: f64| json!({ "ph": "X", "cat": "photo", "ts": 0, "dur": end * 1e6 });
        let answer =
            json!({ "ph": "X", "cat": "stage", "name": "wire: answer", "ts": 0, "dur": 1 });
        let mut events = vec![count("api", 0.0, 99)];
        events.extend([count("pictures", 0.125, 8), count("pictures", 0.5, 16)]);
        events.extend([photo(0.1), photo(0.6), photo(0.7), photo(0.8)]);
        events.extend(vec![answer; 6]);
        let timeline = Timeline::of(&events).unwrap();
        let steps: Vec<_> = timeline.steps.iter().map(|it| (it.connections, it.photos)).collect();
        assert_eq!(steps, [(4.0, 4.0), (8.0, 0.0), (16.0, 8.0), (16.0, 4.0)]);
        assert_eq!(timeline.second_half(), Step { at: 0.25, connections: 12.0, photos: 4.0 });
        assert_eq!((timeline.most(), timeline.again()), (16.0, 2));
    }
}
