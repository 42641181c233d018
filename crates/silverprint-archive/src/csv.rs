//! Fields of the tables that the archive writes.

use std::borrow::Cow;

/// A text as a field of a CSV (RFC 4180), harmless in a spreadsheet: one that
/// begins like a formula is not taken for one.
pub fn csv_field(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula || text.contains([',', '"', '\n', '\r']) {
        let guard = if formula { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_harmless() {
        let check = |field: &str, expected: &str| assert_eq!(csv_field(field), expected);
        check("404 Not Found", "404 Not Found");
        check("a, \"b\"", "\"a, \"\"b\"\"\"");
        check("two\nlines", "\"two\nlines\"");
        check("=cmd()", "\"'=cmd()\"");
        check("-33.8", "\"'-33.8\"");
        check("", "");
    }
}
