//! Data as scripts, since a page of `file://` may fetch nothing: a call of a
//! function with JSON in it.

use serde::Serialize;

/// `silverprint.NAME(ARGUMENT, …);`, each argument as JSON in which nothing can
/// end a script or a line.
pub(crate) struct Call {
    text: String,
    n_arguments: usize,
}

impl Call {
    pub(crate) fn to(name: &str) -> Self {
        Self { text: format!("silverprint.{name}("), n_arguments: 0 }
    }

    pub(crate) fn with(mut self, argument: &impl Serialize) -> Self {
        if self.n_arguments > 0 {
            self.text.push_str(",\n");
        }
        self.n_arguments += 1;
        let json = serde_json::to_string(argument).expect("no map, and no writer that fails");
        escape(&json, &mut self.text);
        self
    }

    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.text.push_str(");\n");
        self.text.into_bytes()
    }
}

/// These characters stand in strings only, so that JSON's own escapes do.
fn escape(json: &str, out: &mut String) {
    let mut rest = json;
    let special = |c: char| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}');
    while let Some(at) = rest.find(special) {
        out.push_str(&rest[..at]);
        let c = rest[at..].chars().next().expect("one was found there");
        out.push_str(match c {
            '<' => "\\u003c",
            '>' => "\\u003e",
            '&' => "\\u0026",
            '\u{2028}' => "\\u2028",
            _ => "\\u2029",
        });
        rest = &rest[at + c.len_utf8()..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_script_or_a_line() {
        let text = "</script><!-- & \u{2028}\u{2029} \"\n";
        let script = String::from_utf8(Call::to("part").with(&7).with(&text).into_bytes()).unwrap();
        assert_eq!(
            script,
            "silverprint.part(7,\n\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028\\u2029 \\\"\\n\");\n"
        );
        let json = script.trim_start_matches("silverprint.part(7,\n").trim_end_matches(");\n");
        assert_eq!(serde_json::from_str::<String>(json).unwrap(), text);
    }
}
