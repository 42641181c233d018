//! Finds what a page's script starts from. The script is not run and not
//! parsed: what is sought are names that stand before whole JSON.

use crate::scalar::Scalar;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Names that are looked at. Pages have two or three; a title can hold one.
const MOST_NAMES: usize = 16;

/// The JSON that stands after a name, one after the other: after
/// `modelExport: ` or `"pageParams":`, from the script that holds the models on.
pub(crate) fn values<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = &'a RawValue> {
    let script = ["class='modelExport'", "class=\"modelExport\""];
    let begin = script.iter().find_map(|class| html.find(class)).unwrap_or(0);
    let named = html[begin..].match_indices(name).take(MOST_NAMES);
    named.filter_map(move |(at, name)| {
        let rest = html[begin + at + name.len()..].trim_start_matches(['"', '\'']);
        let rest = rest.trim_ascii_start().strip_prefix(':')?.trim_ascii_start();
        // Reads to the end of the value and no further.
        serde_json::Deserializer::from_str(rest).into_iter().next()?.ok()
    })
}

/// Which page a page says that it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// From 1 on.
    pub(crate) number: Option<u32>,
    /// For how many photos a page stands; it may show fewer.
    pub(crate) size: Option<u32>,
}

impl Place {
    /// Finds it in a page.
    pub(crate) fn find(html: &str) -> Self {
        #[derive(Deserialize)]
        struct Params<'a> {
            #[serde(borrow, default)]
            page: Scalar<'a>,
            #[serde(borrow, default, rename = "viewPageSize")]
            size: Scalar<'a>,
        }
        let read = |value: &RawValue| {
            let params: Params<'_> = serde_json::from_str(value.get()).ok()?;
            let size = params.size.number().filter(|size| *size > 0);
            Some(Self { number: params.page.number(), size })
        };
        values(html, "pageParams").find_map(read).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(html: &str) -> Vec<&str> {
        values(html, "modelExport").map(RawValue::get).collect()
    }

    #[test]
    fn whole_json_after_the_name_is_found() {
        for html in [
            "init({ modelExport: {\"a\":[1,\"}\"]},\n auth: auth })",
            "{\"modelExport\":{\"a\":[1,\"}\"]},\"auth\":1}",
            "modelExport :\n\t{\"a\":[1,\"}\"]}",
        ] {
            assert_eq!(found(html), ["{\"a\":[1,\"}\"]}"], "{html}");
        }
        for html in ["", "modelExport", "modelExport:", "modelExport: {\"a\":", "modelExport {}"] {
            assert_eq!(found(html), [""; 0], "{html}");
        }
    }

    #[test]
    fn what_stands_before_the_script_is_not_looked_at() {
        let title = "<title>modelExport: {}</title>";
        let script = "<script class='modelExport'>x = { modelExport: {\"a\":1} }</script>";
        assert_eq!(found(&format!("{title}{script}")), ["{\"a\":1}"]);
        assert_eq!(found(title), ["{}"]);
    }

    #[test]
    fn a_page_says_which_it_is() {
        let place = |params: &str| Place::find(&format!("params: {{\"pageParams\":{params}}}"));
        let at = |number, size| Place { number, size };
        assert_eq!(place(r#"{"page":3,"perPage":50,"viewPageSize":100}"#), at(Some(3), Some(100)));
        assert_eq!(place(r#"{"page":"3","viewPageSize":0}"#), at(Some(3), None));
        assert_eq!(place("7"), at(None, None));
        assert_eq!(Place::find(""), at(None, None));
    }

    #[test]
    fn a_page_of_nothing_but_names_is_read_quickly() {
        assert_eq!(found(&"modelExport: {".repeat(300_000)), [""; 0]);
        assert_eq!(found(&format!("modelExport:{}", "[".repeat(4_000_000))), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_page_is_searched_without_panic(
            html in "(modelExport|pageParams|class='modelExport'|[\"':{}\\[\\], ]|[0-9]|[a-z]|é){0,60}",
        ) {
            for json in found(&html) {
                prop_assert!(html.contains(json));
            }
            Place::find(&html);
        }
    }
}
