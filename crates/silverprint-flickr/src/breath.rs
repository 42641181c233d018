//! A pause in long work on a runtime's thread, so that others get their turn.

use futures_util::future::poll_fn;
use std::task::Poll;

/// Pending once, woken at once. Written here because it is all that this crate
/// would need a runtime for.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use futures_util::task::noop_waker_ref;
    use std::pin::pin;
    use std::task::Context;

    #[test]
    fn it_is_pending_exactly_once() {
        let mut context = Context::from_waker(noop_waker_ref());
        let mut breath = pin!(yield_now());
        assert!(breath.poll_unpin(&mut context).is_pending());
        assert!(breath.poll_unpin(&mut context).is_ready());
    }
}
