//! A missing photo in a sentence: why it is, and what would bring it.

use crate::printable::Printable;
use silverprint_catalogue::PhotoRow;
use silverprint_core::Failure;

/// `53012345678 (Abendlicht): …`.
pub(super) fn explained(row: &PhotoRow) -> String {
    let title = match row.title.as_str() {
        "" => String::new(),
        title => format!(" ({title})"),
    };
    let why = row.failure.as_ref().map_or_else(not_yet, why);
    Printable(&format!("{}{title}: {why}", row.id)).to_string()
}

fn not_yet() -> String {
    "a run ended before its turn came, or its file is no longer in the folder. \
     The same sync again brings it."
        .to_owned()
}

fn why(failure: &Failure) -> String {
    let Failure { kind, reason, attempts, .. } = failure;
    let times = match attempts {
        0 => String::new(),
        1 => ", asked once".to_owned(),
        n => format!(", asked {n} times"),
    };
    let (what, remedy) = match kind.as_str() {
        "gone" => (
            "Flickr's host says that it is not there",
            "It comes by itself, with the same sync again, if its owner shows it again.",
        ),
        "passing" => (
            "its host had trouble that did not pass",
            "The same sync again brings it when the host is well.",
        ),
        "unreachable" => {
            ("its host could not be reached", "Check the network; the same sync again brings it.")
        }
        "forbidden" => (
            "the listing names an address that is not Flickr's, and no other host is asked",
            "Nothing brings it from there; please report it.",
        ),
        "not understood" => (
            "Flickr's answer about it could not be understood",
            "A later silverprint may understand it; the same sync again tries it once more.",
        ),
        "no rendition" => (
            "Flickr's listing names no file of it",
            "The same sync again with --full brings it if Flickr names one; --size original leaves it the most choice.",
        ),
        "no place" => (
            "something else lies where its file goes",
            "Move that away; the same sync again brings it.",
        ),
        "damaged" => (
            "its files are not as they were stored",
            "`silverprint verify --repair` brings back the same bytes where Flickr, or a backup, has them again; the same sync again takes what Flickr has now in their place.",
        ),
        _ => ("it could not be fetched", "The same sync again tries it once more."),
    };
    format!("{what}: {reason}{times}. {remedy}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use silverprint_archive::FAILURES;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_a_sentence_that_says_what_would_bring_it() {
        let mut sentences = HashSet::new();
        for kind in FAILURES.into_iter().chain(["of a later version"]) {
            let failure = Failure {
                kind: kind.to_owned(),
                reason: "404 Not Found".to_owned(),
                url: String::new(),
                attempts: 2,
            };
            let sentence = why(&failure);
            assert!(sentence.contains(": 404 Not Found, asked 2 times. "), "{sentence}");
            assert!(sentence.ends_with('.'), "{sentence}");
            assert!(sentences.insert(sentence), "{kind} has no sentence of its own");
        }
    }
}
