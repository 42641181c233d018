//! How long does a host usually take? A request that is silent for far longer
//! than that will rarely be answered: on the first attempt it is not waited for
//! to the end, for a second one costs little and comes at once ("The Tail at
//! Scale", Dean and Barroso, 2013). Whoever is slow by nature makes the usual
//! longer, and the attempts after the first have all the time there is.

use std::time::Duration;

/// So many answers make a habit.
const LEAST_ANSWERS: u32 = 32;
/// So many times the slowest answer of late is too long.
const TOO_LONG: u32 = 8;
/// Less than this is a hiccup of the line, or of our own machine.
const HICCUP: Duration = Duration::from_millis(500);
/// What an answer leaves of the slowest one before it: a hundred later, an eighth.
const FADES: f64 = 0.98;

/// What a host's good answers took.
#[derive(Debug, Default)]
pub(crate) struct Usual {
    answers: u32,
    /// The slowest of late, which fades with each that is faster.
    slowest: Duration,
}

impl Usual {
    /// A good answer took so long, with its body.
    pub(crate) fn took(&mut self, time: Duration) {
        self.answers = self.answers.saturating_add(1);
        self.slowest = time.max(self.slowest.mul_f64(FADES));
    }

    /// How long a first attempt may be silent, once the host has habits.
    pub(crate) fn silence(&self) -> Option<Duration> {
        (self.answers >= LEAST_ANSWERS).then(|| (self.slowest * TOO_LONG).max(HICCUP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn silence_is_measured_by_the_slowest_of_late() {
        let mut usual = Usual::default();
        (1..LEAST_ANSWERS).for_each(|_| usual.took(ms(20)));
        assert_eq!(usual.silence(), None, "no habit yet");
        usual.took(ms(20));
        assert_eq!(usual.silence(), Some(HICCUP), "a fast host");
        usual.took(ms(3000));
        assert_eq!(usual.silence(), Some(ms(24_000)), "one slow answer is waited for again");
        (0..100).for_each(|_| usual.took(ms(20)));
        let silence = usual.silence().expect("it has habits");
        assert!((ms(3000)..ms(3400)).contains(&silence), "{silence:?} after a hundred fast ones");
    }
}
