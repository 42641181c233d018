//! `silverprint sheet`: the contact sheet again, from what the catalogue knows;
//! or on paper.

use crate::args;
use crate::commands::job;
use crate::exit::Exit;
use crate::interrupt::interruptible;
use crate::logs;
use crate::printable::say;
use crate::progress::json;
use serde_json::json;
use silverprint_archive::{PaperError, PaperKind, PaperOrder, SheetMade, print, sheet};
use silverprint_core::grouped;
use silverprint_print::{Lacking, Printed};
use std::path::Path;

pub(crate) fn run(args: &args::Sheet) -> anyhow::Result<Exit> {
    logs::start(&args::Output::default())?;
    job::in_runtime(async {
        if args.print.pdf.is_none() && args.print.png.is_none() {
            let made = sheet(&args.dir, env!("CARGO_PKG_VERSION")).await?;
            tell(args, &made);
            return Ok(Exit::Success);
        }
        for (file, kind) in [
            (&args.print.pdf, PaperKind::Pdf),
            (&args.print.png, PaperKind::Png(args.printing.page)),
        ] {
            let Some(file) = file else { continue };
            if put_on_paper(args, file, kind).await? == Exit::Interrupted {
                return Ok(Exit::Interrupted);
            }
        }
        Ok(Exit::Success)
    })
}

async fn put_on_paper(args: &args::Sheet, file: &Path, kind: PaperKind) -> anyhow::Result<Exit> {
    let order = PaperOrder {
        folder: args.dir.clone(),
        file: file.to_owned(),
        kind,
        paper: args.printing.paper,
        columns: args.printing.columns,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let printed = interruptible(async |stop| print(order, stop).await, |_| {}).await;
    match printed {
        None | Some(Err(PaperError::Interrupted)) => Ok(Exit::Interrupted),
        // The same trouble as elsewhere has the same exit code and hint.
        Some(Err(PaperError::Catalogue(error))) => Err(error.into()),
        Some(Err(error)) => Err(error.into()),
        Some(Ok(printed)) => {
            tell_printed(args, file, kind, &printed);
            Ok(Exit::Success)
        }
    }
}

fn tell(args: &args::Sheet, made: &SheetMade) {
    let path = made.index.display();
    if args.json {
        let path = path.to_string();
        json::write("sheet", json!({ "sheet": { "path": path, "frames": made.frames } }));
    } else if !args.quiet {
        say(&format!("{path}: {}", counted(made.frames, "frame")));
    }
}

fn tell_printed(args: &args::Sheet, file: &Path, kind: PaperKind, printed: &Printed) {
    let path = file.display();
    if args.json {
        let lacking: Vec<&str> = printed.lacking.iter().map(|it| it.writing.as_str()).collect();
        let (pages, frames) = (printed.pages, printed.frames);
        let made = json!({ "path": path.to_string(), "pages": pages, "frames": frames, "lacking": lacking });
        json::write("printed", json!({ "printed": made }));
    } else if !args.quiet {
        let (pages, frames) = (counted(printed.pages, "page"), counted(printed.frames, "frame"));
        say(&match kind {
            PaperKind::Pdf => format!("{path}: {pages}, {frames}"),
            PaperKind::Png(page) => format!("{path}: page {page} of {}", grouped(printed.pages)),
        });
        if let Some(note) = lack(&printed.lacking) {
            say(&note);
        }
    }
}

fn counted(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(number))
}

/// What boxes stand for, and what would help.
fn lack(lacking: &[Lacking]) -> Option<String> {
    let writings: Vec<&str> = lacking.iter().map(|it| it.writing.as_str()).collect();
    let mut packages: Vec<&str> = lacking.iter().filter_map(|it| it.package).collect();
    packages.sort_unstable();
    packages.dedup();
    let boxes = match writings.split_last()? {
        (last, []) => format!("no font here has {last}: boxes stand for it"),
        (last, others) => {
            format!("no font here has {} or {last}: boxes stand for them", others.join(", "))
        }
    };
    let help = if packages.is_empty() {
        String::new()
    } else {
        format!(" (Debian: apt install {}; then run it again)", packages.join(" "))
    };
    Some(format!("note: {boxes}{help}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(writing: &str, package: Option<&'static str>) -> Lacking {
        Lacking { writing: writing.to_owned(), package }
    }

    #[test]
    fn what_is_lacking_is_one_line_with_a_remedy() {
        assert_eq!(lack(&[]), None);
        assert_eq!(
            lack(&[of("Thai", Some("fonts-noto-core"))]).unwrap(),
            "note: no font here has Thai: boxes stand for it (Debian: apt install fonts-noto-core; then run it again)"
        );
        let two = [of("Arabic", Some("b")), of("Thai", Some("b")), of("kana", Some("a"))];
        assert_eq!(
            lack(&two).unwrap(),
            "note: no font here has Arabic, Thai or kana: boxes stand for them (Debian: apt install a b; then run it again)"
        );
        let none = lack(&[of("characters without a script", None)]).unwrap();
        assert!(none.ends_with("boxes stand for it"), "{none}");
    }
}
