//! Options that are on or off. As an argument a flag turns on what it names;
//! where the environment or the file did, `--flag=no` turns it off again.

use clap::builder::{BoolishValueParser, ValueParser};
use clap::{Arg, ArgAction};

/// Whether flags take a yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flags {
    /// For reading arguments: `--flag` and `--flag=no`.
    WithValue,
    /// For help and man page, which would only be cluttered by it.
    Plain,
}

/// yes, no, true, false, on, off, 1, 0.
pub(super) fn parser() -> ValueParser {
    BoolishValueParser::new().into()
}

impl Flags {
    pub(super) fn equip(self, arg: Arg) -> Arg {
        if !matches!(arg.get_action(), ArgAction::SetTrue) {
            return arg;
        }
        let arg = arg.value_parser(parser());
        if self == Self::Plain {
            return arg;
        }
        let is_said = !arg.get_default_values().is_empty();
        let arg = arg
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .value_name("yes|no")
            .default_missing_value("true");
        if is_said { arg } else { arg.default_value("false") }
    }
}
