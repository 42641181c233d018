//! What is watched, by moments that are told.

use super::*;
use crate::testing::{Answer, Scripted};

/// Remembers what it heard.
#[derive(Debug, Default)]
struct Heard(Mutex<Vec<Span>>);

impl Tracer for Heard {
    fn span(&self, span: &Span) {
        self.0.lock().unwrap().push(*span);
    }

    fn under_way(&self, _: &str, _: Instant, _: usize) {}
}

#[test]
fn a_photo_that_is_given_up_on_its_way_is_counted_out() {
    let heard = Arc::new(Heard::default());
    let watch = Watch::new(NonZeroUsize::MIN, Some(Arc::clone(&heard) as Arc<dyn Tracer>));
    let (one, two) = (PhotoId::new(1), PhotoId::new(2));
    {
        let _way = watch.begin(one);
        watch.reach(one, Stage::Gate);
        watch.reach(two, Stage::Gate);
        assert_eq!(*watch.lock().ways.counts(), [0, 1, 0, 0, 0, 0, 0]);
    }
    drop(watch.ask(2));
    assert_eq!(*watch.lock().ways.counts(), [0; 7]);
    let parts: Vec<Part> = heard.0.lock().unwrap().iter().map(|span| span.part).collect();
    let expected = [
        Part::Stage(one, Stage::Begun),
        Part::Stage(one, Stage::Gate),
        Part::Photo(one),
        Part::Page(2),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn all_the_time_is_counted_for_one_bound_or_another() {
    let watch = Watch::new(NonZeroUsize::MIN, None);
    let source = Scripted::new(|_, _| Answer::Never);
    let at = |seconds| watch.began + Duration::from_secs(seconds);
    watch.beat(at(1), Duration::ZERO, &source);
    watch.lock().phase = Phase::Work;
    let way = watch.begin(PhotoId::new(1));
    watch.reach(PhotoId::new(1), Stage::Answer);
    watch.beat(at(3), Duration::from_millis(4), &source);
    watch.reach(PhotoId::new(1), Stage::Disk);
    watch.beat(at(6), Duration::ZERO, &source);
    drop(way);
    let (seconds, timing) = watch.timing(1, 9, Alone::default());
    assert!((seconds - 6.0).abs() < 1e-9, "{seconds}");
    let expected = [(Bound::Listing, 1.0), (Bound::Wire, 2.0), (Bound::Disk, 3.0)];
    assert_eq!(timing.bound, expected.into());
    assert!((timing.bytes_a_second - 1.5).abs() < 1e-9, "{timing:?}");
    assert!((timing.heartbeat_p999_ms - 4.0).abs() < 0.1, "{timing:?}");
}
