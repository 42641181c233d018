//! `sheet --pdf` and `--png`: an archive on paper. The pages themselves are tested
//! where they are made.

use crate::folder::{Folder, every_file};
use crate::program::Program;
use crate::site::{odd, serve, tiny};
use fake_flickr::{Fault, Server, Times};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// An archive, and a place for what is printed of it.
struct Studio {
    folder: Folder,
    out: TempDir,
    _server: Server,
}

impl Studio {
    fn new(server: Server, code: i32) -> Self {
        let folder = Folder::new();
        Program::sync(&server, &folder.path()).run().with(code);
        Self { folder, out: tempfile::tempdir().unwrap(), _server: server }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.out.path().join(name)
    }

    fn sheet(&self, option: &str, file: &Path) -> Program {
        Program::new(&["sheet"]).arg(self.folder.path()).arg(option).arg(file)
    }

    /// Every file of the archive, but for what the engine of the catalogue keeps beside it
    /// for whoever reads.
    fn holds(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let is_ours = |path: &PathBuf| {
            !["catalogue.db-shm", "catalogue.db-wal"].iter().any(|name| path.ends_with(name))
        };
        let files = every_file(&self.folder).into_iter().filter(is_ours);
        files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.out.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// What stands in a PDF outside of its streams.
fn words(pdf: &[u8]) -> String {
    String::from_utf8_lossy(pdf).into_owned()
}

#[test]
fn an_archive_is_printed_and_only_read_for_it() {
    let mut config = odd(301, 50);
    config.stream.shares.hurting_titles = 1.0;
    let server = serve(config);
    server.fault(server.truth()[0].id, Fault::Status(404), Times::Forever);
    let studio = Studio::new(server, 3);
    let before = studio.holds();

    let file = studio.at("sheet.pdf");
    studio.sheet("--pdf", &file).run().with(0).says("2 pages, 50 frames");
    let pdf = fs::read(&file).unwrap();
    let (start, pages) = (b"%PDF-1.7", words(&pdf).matches("/Type/Page/").count());
    assert!(pdf.starts_with(start) && pages == 2, "{pages}");
    assert_eq!(words(&pdf).matches("/DCTDecode").count(), 49, "one is missing");

    studio.sheet("--pdf", &file).run().with(0);
    assert_eq!(fs::read(&file).unwrap(), pdf, "the same folder, the same bytes");
    assert_eq!(studio.names(), ["sheet.pdf"]);
    assert!(before == studio.holds(), "nothing in the folder has changed");
}

#[test]
fn a_page_is_a_picture() {
    let studio = Studio::new(serve(tiny(302, 40)), 0);
    let file = studio.at("page.png");
    studio.sheet("--png", &file).args("--page 2").run().with(0).says("page 2 of 2");
    let picture = image::open(&file).unwrap();
    assert_eq!((picture.width(), picture.height()), (1786, 2526));
    assert!(picture.into_luma8().pixels().any(|pixel| pixel.0[0] < 40));

    let refused = studio.sheet("--png", &studio.at("none.png")).args("--page 3").run().with(2);
    refused.explains("there is no page 3: the sheet has 2", "--page");
    assert_eq!(studio.names(), ["page.png"]);
}

#[test]
fn paper_and_columns_can_be_chosen_and_are_checked() {
    let studio = Studio::new(serve(tiny(303, 30)), 0);
    let file = studio.at("it.pdf");
    let both = studio.sheet("--pdf", &file).arg("--png").arg(studio.at("it.png"));
    both.args("--paper letter --columns 3").run().with(0).says("it.png: page 1 of");
    assert!(words(&fs::read(&file).unwrap()).contains("/MediaBox[0 0 612 792]"));
    assert_eq!(studio.names(), ["it.pdf", "it.png"]);

    for columns in ["0", "1", "11", "-1", "999999999999", "x"] {
        let refused =
            studio.sheet("--pdf", &file).arg(format!("--columns={columns}")).run().with(2);
        assert!(refused.stderr.contains("2 to 10 columns"), "{columns}: {}", refused.stderr);
    }
    let refused = studio.sheet("--pdf", &file).args("--paper a5").run().with(2);
    assert!(refused.stderr.contains("a4 or letter"), "{}", refused.stderr);
    studio.sheet("--pdf", &file).args("--page 2").run().with(2);
    studio.sheet("--png", &file).args("--page 0").run().with(2);
    Program::new(&["sheet"]).arg(studio.folder.path()).args("--columns 3").run().with(2);

    // Set for good, they bother nobody who prints nothing.
    let sheet = Program::new(&["sheet"]).arg(studio.folder.path());
    sheet.env("SILVERPRINT_PAPER", "letter").run().with(0).says("index.html");
    studio.sheet("--pdf", &file).env("SILVERPRINT_PAPER", "a4").run().with(0);
    assert!(words(&fs::read(&file).unwrap()).contains("/MediaBox[0 0 595.28 841.89]"));
}

#[test]
fn nothing_of_anybody_is_written_over() {
    let studio = Studio::new(serve(tiny(304, 3)), 0);
    let index = studio.folder.at("index.html");
    let html = fs::read(&index).unwrap();
    let refused = studio.sheet("--pdf", &index).run().with(2);
    refused.explains("is there and is no PDF", "another file");
    assert_eq!(fs::read(&index).unwrap(), html);
    for kept in ["photos/x.pdf", "thumbs/x.pdf", "sheet/x.pdf", ".silverprint/x.pdf"] {
        let refused = studio.sheet("--pdf", &studio.folder.at(kept)).run().with(2);
        refused.explains("where the archive keeps its own files", "another file");
    }
    studio.folder.check_itself();
    let nowhere = studio.at("none/it.pdf");
    studio.sheet("--pdf", &nowhere).run().with(7).explains("cannot write", "make the folder");
    assert!(studio.names().is_empty());
}

#[test]
fn programs_hear_what_was_printed() {
    let studio = Studio::new(serve(tiny(305, 5)), 0);
    let ended = studio.sheet("--pdf", &studio.at("it.pdf")).arg("--json").run().with(0);
    let events = ended.events();
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!((&events[0]["event"], &events[0]["v"]), (&"printed".into(), &1.into()));
    let printed = &events[0]["printed"];
    assert_eq!((&printed["pages"], &printed["frames"]), (&1.into(), &5.into()));
    assert!(printed["lacking"].is_array());
    let quiet = studio.sheet("--pdf", &studio.at("it.pdf")).arg("-q").run().with(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn where_there_is_no_archive_there_is_no_paper() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.pdf");
    let ended = Program::new(&["sheet"]).arg(folder.path()).arg("--pdf").arg(&file).run().with(2);
    ended.explains("there is no catalogue", "silverprint sync");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}
