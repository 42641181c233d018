//! Which methods the site's keys are no good for. The site may keep a method
//! from its visitors: every key that its pages give out is refused there, and
//! asking with yet another one for each video costs two calls and a page.

use crate::ApiKey;
use crate::call::Method;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What became of the calls of each method, as far as that matters.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<HashMap<Method, Verdict>>);

enum Verdict {
    /// The last key with which it was answered.
    Answered(Arc<ApiKey>),
    /// A fresh key was refused, in these words.
    Refused(String),
}

impl Refusals {
    /// In which words a fresh key was refused, where it was.
    pub(crate) fn of(&self, method: Method) -> Option<String> {
        match self.0.lock().expect("no panic while held").get(&method) {
            Some(Verdict::Refused(said)) => Some(said.clone()),
            _ => None,
        }
    }

    /// It was answered with that key. Where another call was refused just
    /// before, the site has changed its mind.
    pub(crate) fn answered(&self, method: Method, key: &Arc<ApiKey>) {
        let mut verdicts = self.0.lock().expect("no panic while held");
        verdicts.insert(method, Verdict::Answered(Arc::clone(key)));
    }

    /// A key was refused that had just come instead of another one. One that
    /// was good for another call of the method meanwhile is spent, no more.
    pub(crate) fn refused(&self, method: Method, key: &Arc<ApiKey>, said: &str) {
        let mut verdicts = self.0.lock().expect("no panic while held");
        match verdicts.get(&method) {
            Some(Verdict::Answered(good)) if Arc::ptr_eq(good, key) => {}
            _ => {
                verdicts.insert(method, Verdict::Refused(said.to_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Arc<ApiKey> {
        Arc::new("canary0000".parse().unwrap())
    }

    #[test]
    fn a_fresh_key_that_is_refused_speaks_for_its_method_alone() {
        let refusals = Refusals::default();
        refusals.answered(Method::Sizes, &key());
        refusals.refused(Method::Sizes, &key(), "no");
        assert_eq!(refusals.of(Method::Sizes).as_deref(), Some("no"));
        assert_eq!(refusals.of(Method::Photos), None);
        refusals.answered(Method::Sizes, &key());
        assert_eq!(refusals.of(Method::Sizes), None);
    }

    #[test]
    fn a_key_that_was_good_is_spent_and_no_verdict() {
        let (refusals, key) = (Refusals::default(), key());
        refusals.answered(Method::Photos, &key);
        refusals.refused(Method::Photos, &key, "no");
        assert_eq!(refusals.of(Method::Photos), None);
    }
}
