//! The streams of a video, as `flickr.photos.getSizes` lists them among its
//! stills: no listing tells of them, so a video costs a call of its own.
//! <https://www.flickr.com/services/api/flickr.photos.getSizes.html>

use crate::Answer;
use crate::scalar::Scalar;
use serde::Deserialize;
use serde_json::value::RawValue;
use silverprint_core::{FetchError, SourceError, Stream};
use url::Url;

/// What it means for a video that the call about it failed.
pub(crate) fn unanswered(error: SourceError) -> FetchError {
    let of_streams = |message: String| format!("which streams it has: {message}");
    match error {
        SourceError::Passing { message, attempts, .. } => {
            FetchError::Passing { message: of_streams(message), attempts }
        }
        SourceError::Unreachable { host, message } => {
            FetchError::Unreachable { host, message, attempts: 1 }
        }
        SourceError::NoSuchAccount { message, .. } | SourceError::NoPermission { message, .. } => {
            FetchError::Gone { message: of_streams(message), attempts: 1 }
        }
        SourceError::Local { source, .. } => FetchError::Local(source),
        SourceError::Malformed { message, .. } => {
            FetchError::Malformed { message: of_streams(message), attempts: 1 }
        }
        // No other video would be told of either.
        SourceError::BadKey { .. } | SourceError::Disallowed { .. } => FetchError::Access(error),
    }
}

/// The streams of a video that are files, the best first.
/// `{"sizes":{"size":[{"label":…},…]}}`.
pub(crate) fn best_first(answer: &Answer) -> Result<Vec<Stream>, String> {
    #[derive(Deserialize)]
    struct Root<'a> {
        #[serde(borrow)]
        sizes: Sizes<'a>,
    }
    #[derive(Deserialize)]
    struct Sizes<'a> {
        #[serde(borrow, default)]
        size: Option<&'a RawValue>,
    }
    let root: Root<'_> = serde_json::from_str(answer.json()).map_err(|error| error.to_string())?;
    let Some(size) = root.sizes.size else { return Ok(Vec::new()) };
    // XML cannot say whether one entry is an array of one.
    let entries = serde_json::from_str(size.get()).unwrap_or_else(|_| vec![size]);
    let streams = entries.into_iter().filter_map(|entry: &RawValue| read_entry(entry.get()));
    let mut streams: Vec<_> = streams.collect();
    streams.sort_by_key(|stream| std::cmp::Reverse((rank(&stream.label), stream.height)));
    Ok(streams)
}

/// An entry that is a stream, and not a still or the player in Flash.
fn read_entry(json: &str) -> Option<Stream> {
    #[derive(Deserialize)]
    struct Entry<'a> {
        #[serde(borrow, default)]
        label: Scalar<'a>,
        #[serde(borrow, default)]
        source: Scalar<'a>,
        #[serde(borrow, default)]
        media: Scalar<'a>,
        #[serde(borrow, default)]
        width: Scalar<'a>,
        #[serde(borrow, default)]
        height: Scalar<'a>,
    }
    let entry: Entry<'_> = serde_json::from_str(json).ok()?;
    let (width, height) = (entry.width.number(), entry.height.number());
    let url: Url = entry.source.text().parse().ok()?;
    let label = entry.label.text().into_owned();
    let extension = url.path().rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_file = label != "Video Player" && !extension.eq_ignore_ascii_case("swf");
    let is_stream = entry.media.text() == "video" && is_file;
    is_stream.then_some(Stream { label, url, width, height })
}

/// What the labels say of the picture, in lines; nothing is above the original.
/// Numbers alone are rates in kbit/s of files for phones of their day. Besides
/// getSizes' own labels those of `flickr.video.getStreamInfo` are known; their
/// order is gallery-dl's.
fn rank(label: &str) -> u32 {
    match label {
        "Video Original" | "orig" => u32::MAX,
        "HD MP4" => 720,
        // 640 × 360 of wide ones; 500 × 375 once.
        "Site MP4" => 361,
        "700" => 287,
        "Mobile MP4" | "300" => 240,
        "100" => 100,
        "appletv" => 90,
        "iphone_wifi" => 80,
        label => label.strip_suffix('p').and_then(|lines| lines.parse().ok()).unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn best(body: &str) -> Option<(String, String)> {
        let answer = Answer::read(body.as_bytes().to_vec()).unwrap();
        let best = best_first(&answer).unwrap().into_iter().next();
        best.map(|stream| (stream.label, stream.url.into()))
    }

    /// An answer with these labels; what is above them is a still.
    fn sizes(labels: &[&str]) -> String {
        let entry = |label: &&str| {
            let file = label.replace(' ', "_");
            format!(
                r#"{{"label":"{label}","width":"640","height":360,"source":"https:\/\/www.flickr.com\/photos\/1@N00\/7\/play\/{file}\/ab\/","media":"video"}}"#
            )
        };
        let still = r#"{"label":"Original","width":4000,"height":3000,"source":"https://live.staticflickr.com/1/7_a_o.jpg","media":"photo"}"#;
        let streams = labels.iter().map(entry);
        let all: Vec<_> = std::iter::once(still.to_owned()).chain(streams).collect();
        format!(r#"{{"sizes":{{"canblog":0,"size":[{}]}},"stat":"ok"}}"#, all.join(","))
    }

    #[test]
    fn the_best_label_wins_in_any_order() {
        const RANKED: [&str; 10] = [
            "Video Original",
            "1080p",
            "HD MP4",
            "Site MP4",
            "360p",
            "288p",
            "Mobile MP4",
            "100",
            "Something New",
            "Video Player",
        ];
        for first in 0..RANKED.len() - 1 {
            let mut labels = RANKED[first..].to_vec();
            for _ in 0..labels.len() {
                labels.rotate_left(1);
                assert_eq!(best(&sizes(&labels)).unwrap().0, RANKED[first], "{labels:?}");
            }
        }
        let address = "https://www.flickr.com/photos/1@N00/7/play/1080p/ab/";
        assert_eq!(best(&sizes(&["1080p"])).unwrap().1, address);
        assert_eq!(best(&sizes(&["Video Player"])), None);
        assert_eq!(best(&sizes(&[])), None);
    }

    #[test]
    fn one_entry_none_and_nonsense_are_read() {
        let xml = r#"<rsp stat="ok"><sizes><size label="Site MP4" width="" height="" source="https://www.flickr.com/x/" media="video"/></sizes></rsp>"#;
        assert_eq!(best(xml).unwrap().0, "Site MP4");
        assert_eq!(best(r#"{"sizes":{},"stat":"ok"}"#), None);
        let entries = r#"[7,{"label":"1080p","media":"video","source":"no address"},{"label":"orig","source":"https://h/x.swf?a=b","media":"video"}]"#;
        assert_eq!(best(&format!(r#"{{"sizes":{{"size":{entries}}},"stat":"ok"}}"#)), None);
        let answer = Answer::read(br#"{"stat":"ok"}"#.to_vec()).unwrap();
        assert!(best_first(&answer).is_err());
    }

    /// Where the variable names no folder of recorded answers, this says nothing.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test may block, and knows the file")]
    fn a_recorded_answer_is_read() {
        let Some(folder) = std::env::var_os("SILVERPRINT_RECORDED") else { return };
        let file = std::path::Path::new(&folder).join("sizes_video_2012.json");
        let (label, url) = best(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(label, "Site MP4");
        assert!(url.contains("/play/site/"), "{url}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_entries_are_read_without_panic(entries in "[\\[\\]{}:,\"a-z0-9\\\\ ]{0,60}") {
            let body = format!(r#"{{"sizes":{{"size":{entries}}},"stat":"ok"}}"#);
            if let Ok(answer) = Answer::read(body.into_bytes()) {
                let _ = best_first(&answer);
            }
        }
    }
}
