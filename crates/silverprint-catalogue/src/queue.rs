//! Receiving with a deadline on a plain thread. `async-channel` can wait for
//! ever or not at all; the future that it waits with can be polled by hand.

use async_channel::Receiver;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

/// The next message, unless none comes in time or none will ever come.
/// Nothing is lost: a message that comes later stays in the channel.
pub(crate) fn receive_until<T>(messages: &Receiver<T>, deadline: Instant) -> Option<T> {
    if let Ok(message) = messages.try_recv() {
        return Some(message);
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut next = pin!(messages.recv());
    loop {
        if let Poll::Ready(message) = next.as_mut().poll(&mut Context::from_waker(&waker)) {
            return message.ok();
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        // Wakes at the deadline, with a message, or for no reason.
        thread::park_timeout(left);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_message_a_deadline_and_an_end_all_end_the_wait() {
        let (sender, receiver) = async_channel::bounded(1);
        let far = || Instant::now() + Duration::from_mins(10);
        thread::scope(|scope| {
            scope.spawn(|| sender.send_blocking(7));
            assert_eq!(receive_until(&receiver, far()), Some(7));
        });
        let start = Instant::now();
        let soon = start + Duration::from_millis(20);
        assert_eq!(receive_until::<i32>(&receiver, soon), None);
        assert!(start.elapsed() >= Duration::from_millis(20));
        sender.send_blocking(8).unwrap();
        sender.close();
        assert_eq!(receive_until(&receiver, far()), Some(8));
        assert_eq!(receive_until(&receiver, far()), None);
    }
}
