//! The controller against a host of numbers: no socket, no waiting.

use super::*;

/// A host that takes so many requests a second, and has some in hand.
struct Capped {
    per_second: f64,
    /// What may come at once, as seconds of that rate.
    in_hand: f64,
    left: f64,
    at: Instant,
}

impl Capped {
    fn new(per_second: f64, in_hand: f64, at: Instant) -> Self {
        Self { per_second, in_hand, left: per_second * in_hand, at }
    }

    fn takes(&mut self, now: Instant) -> bool {
        let earned = (now - self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + earned).min((self.per_second * self.in_hand).max(1.0));
        self.at = now;
        let takes = self.left >= 1.0;
        self.left -= f64::from(u8::from(takes));
        takes
    }
}

#[derive(Debug, Default)]
struct Seen {
    accepted: f64,
    refused: f64,
}

impl Seen {
    /// Served a second, as a part of what could have been.
    fn share(&self, per_second: f64, over: Duration) -> f64 {
        self.accepted / over.as_secs_f64() / per_second
    }
}

/// How a host is asked: no faster than this, with such a pause after a refusal;
/// how many refusals it takes to be sure that it means all.
#[derive(Clone, Copy)]
struct Asking {
    fastest: f64,
    pause: Duration,
    sure_after: u32,
}

/// Sends as fast as the rate allows for so long, as a gate does.
fn run(
    rate: &mut Rate,
    now: &mut Instant,
    over: Duration,
    asking: Asking,
    mut takes: impl FnMut(Instant) -> bool,
) -> Seen {
    let (end, mut seen) = (*now + over, Seen::default());
    let (mut in_a_row, mut unsure) = (0, 0);
    while *now < end {
        rate.began(*now);
        let per_second = rate.per_second(*now).unwrap_or(asking.fastest).min(asking.fastest);
        *now += Duration::from_secs_f64(1.0 / per_second);
        if takes(*now) {
            seen.accepted += 1.0;
            rate.succeeded(*now);
            in_a_row = 0;
            continue;
        }
        seen.refused += 1.0;
        if in_a_row == 0 && rate.is_known() {
            rate.refused(*now);
        } else {
            rate.paused(*now);
            unsure += 1;
            if in_a_row == 0 && unsure % asking.sure_after == 0 {
                rate.learn();
            }
        }
        *now += asking.pause * (1 << in_a_row.min(6));
        in_a_row += 1;
    }
    seen
}

const FASTEST: f64 = 3000.0;
const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test(start_paused = true)]
async fn it_settles_a_bit_under_a_limit_that_nobody_told() {
    for per_second in [5.0, 50.0, 400.0, 1500.0] {
        for in_hand in [0.1, 0.3, 1.0] {
            for pause in [0.05, 0.25, 1.0].map(Duration::from_secs_f64) {
                let mut now = Instant::now();
                let (mut rate, mut host) = (Rate::new(), Capped::new(per_second, in_hand, now));
                let asking = Asking { fastest: FASTEST, pause, sure_after: 1 };
                let mut minute = || run(&mut rate, &mut now, MINUTE, asking, |at| host.takes(at));
                let (first, second, third) = (minute(), minute(), minute());
                let case = format!("{per_second} a second, {in_hand} s in hand, {pause:?}");
                for settled in [second, third] {
                    let share = settled.share(per_second, MINUTE);
                    assert!((0.75..1.02).contains(&share), "{case}: {share}");
                    assert!(settled.refused <= 24.0, "{case}: {settled:?}");
                }
                let share = first.share(per_second, MINUTE);
                assert!(share >= 0.25, "{case}: {share} while it learned");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_falls_or_goes_is_found_out_within_minutes() {
    let asking = Asking { fastest: FASTEST, pause: Duration::from_millis(250), sure_after: 1 };
    let mut now = Instant::now();
    let mut rate = Rate::new();
    for (per_second, least) in [(400.0, 0.7), (100.0, 0.7), (400.0, 0.6), (40.0, 0.7)] {
        let mut host = Capped::new(per_second, 0.1, now);
        run(&mut rate, &mut now, 2 * MINUTE, asking, |at| host.takes(at));
        let settled = run(&mut rate, &mut now, MINUTE, asking, |at| host.takes(at));
        let share = settled.share(per_second, MINUTE);
        assert!((least..1.02).contains(&share), "{share} of {per_second}");
    }
    run(&mut rate, &mut now, 2 * MINUTE, asking, |_| true);
    assert!(!rate.is_known(), "nothing is refused any more: {rate:?}");
}

#[tokio::test(start_paused = true)]
async fn a_single_storm_leaves_no_limit_behind() {
    let asking = Asking { fastest: 300.0, pause: MINUTE, sure_after: 1 };
    let mut now = Instant::now();
    let mut rate = Rate::new();
    run(&mut rate, &mut now, MINUTE, asking, |_| true);
    rate.paused(now);
    rate.learn();
    assert_eq!(rate.per_second(now), Some(rate.seen / 2.0));
    now += MINUTE;
    assert_eq!(rate.per_second(now), Some(rate.seen / 2.0), "a pause is no time for it");
    run(&mut rate, &mut now, Duration::from_secs(4), asking, |_| true);
    assert!(!rate.is_known());
}

/// One request in a hundred is refused whatever the rate is.
#[tokio::test(start_paused = true)]
async fn refusals_that_do_not_depend_on_the_rate_do_not_drag_it_down() {
    let asking = Asking { fastest: 300.0, pause: Duration::from_millis(5), sure_after: 20 };
    let mut now = Instant::now();
    let mut rate = Rate::new();
    let mut n = 0;
    let mut takes = |_| {
        n += 1;
        n % 100 != 0
    };
    run(&mut rate, &mut now, MINUTE, asking, &mut takes);
    let later = run(&mut rate, &mut now, 10 * MINUTE, asking, &mut takes);
    let share = later.share(300.0, 10 * MINUTE);
    assert!(share >= 0.3, "{share}");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_never_served_teaches_nothing() {
    let now = Instant::now();
    let mut rate = Rate::new();
    rate.began(now);
    rate.paused(now);
    rate.learn();
    assert_eq!(rate.per_second(now), None);
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_remembered_while_there_is_little_to_ask_for() {
    let asking = Asking { fastest: FASTEST, pause: Duration::from_millis(250), sure_after: 1 };
    let mut now = Instant::now();
    let mut rate = Rate::new();
    let mut host = Capped::new(100.0, 0.1, now);
    run(&mut rate, &mut now, MINUTE, asking, |at| host.takes(at));
    let mut host = Capped::new(100.0, 0.1, now);
    run(&mut rate, &mut now, 30 * MINUTE, Asking { fastest: 10.0, ..asking }, |at| host.takes(at));
    let known = rate.per_second(now).unwrap();
    assert!((85.0..=220.0).contains(&known), "{known}");
}
