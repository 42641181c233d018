//! What goes into packages beside the program: completions and man pages,
//! which the program makes itself, and what the crates in it ask to be told.
//!
//! ```text
//! release/dist/completions/   silverprint.bash, _silverprint, silverprint.fish, …
//! release/dist/man/           silverprint.1, silverprint-sync.1, …
//! release/dist/THIRD-PARTY.txt.gz
//! ```

use super::release::Release;
use super::{new_folder, notices, write};
use crate::Failure;
use crate::command::{output, program, run};
use std::fs;

/// A shell, as the program calls it, and its file's name, as the shell wants it.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "silverprint.bash"),
    ("zsh", "_silverprint"),
    ("fish", "silverprint.fish"),
    ("elvish", "silverprint.elv"),
    ("powershell", "_silverprint.ps1"),
];

/// Lays everything out anew.
pub(super) fn lay(release: &Release) -> Result<(), Failure> {
    let stage = release.stage();
    new_folder(&stage)?;
    let completions = stage.join("completions");
    fs::create_dir(&completions)?;
    for (shell, file) in COMPLETIONS {
        let script = output(program(release.binary(), &["completions", shell], &release.root))?;
        if script.trim().is_empty() {
            return Err(format!("`silverprint completions {shell}` prints nothing").into());
        }
        write(&completions.join(file), &script)?;
    }
    let man = stage.join("man");
    fs::create_dir(&man)?;
    let mut pages = program(release.binary(), &["man", "--dir"], &release.root);
    pages.arg(&man);
    run(pages)?;
    notices::write(release)
}

/// What every package must bring of the man pages: more may come, not less.
pub(super) const PAGES: [&str; 3] = ["silverprint.1", "silverprint-sync.1", "silverprint-demo.1"];
