//! Words that want to be a program, in a contact sheet that a real browser opens.
//!
//! `SILVERPRINT_CHROMIUM` names the browser; `cargo xtask ci` sees that there is one.

use crate::folder::Folder;
use crate::program::Program;
use crate::site::{ids, serve, tiny};
use fake_flickr::{Config, Fault, Forgery, StreamConfig, Times};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What runs leaves its number behind this. It is put together as it runs: the
/// text alone leaves nothing.
const MARK: &str = "data-ran-";

/// What ways there are to run, where `JS` stands for the program and `URL` for an
/// address that must not be asked.
const WAYS: [&str; 50] = [
    "<script>JS</script>",
    "<SCRIPT>JS</SCRIPT>",
    "<script/x>JS</script>",
    "<script\n>JS</script\n>",
    "<script>JS//",
    "<script src='data:text/javascript,JS'></script>",
    "<script type=module>JS</script>",
    "<script src=URL></script>",
    "<svg><script>JS</script></svg>",
    "<svg><script href='data:text/javascript,JS' /></svg>",
    "<svg onload=\"JS\">",
    "<svg/onload=\"JS\">",
    "<svg><animate onbegin=\"JS\" attributeName=x dur=1s>",
    "<svg><set onbegin=\"JS\" attributeName=x>",
    "<svg><image href=x onerror=\"JS\">",
    "<svg><style><img src=x onerror=\"JS\"></style>",
    "<img src=x onerror=\"JS\">",
    "<img src=x onerror='JS'>",
    "<img/src=x/onerror=\"JS\">",
    "<img src=x onerror=\"JS\"//",
    "<image src=x onerror=\"JS\">",
    "<img src=URL>",
    "<img srcset=URL>",
    "<picture><source srcset=URL><img></picture>",
    "<input type=image src=URL>",
    "<input autofocus onfocus=\"JS\">",
    "<textarea autofocus onfocus=\"JS\">",
    "<video><source onerror=\"JS\"></video>",
    "<video src=x onerror=\"JS\"></video>",
    "<video poster=URL></video>",
    "<audio src=x onerror=\"JS\"></audio>",
    "<body onload=\"JS\">",
    "<body background=URL>",
    "<iframe src=\"javascript:JS\"></iframe>",
    "<iframe srcdoc=\"<script>parent.JS</script>\"></iframe>",
    "<iframe src=URL></iframe>",
    "<iframe onload=\"JS\"></iframe>",
    "<object data=URL></object>",
    "<embed src=URL>",
    "<object data=x onerror=\"JS\"></object>",
    "<link rel=stylesheet href=URL>",
    "<link rel=stylesheet href=x onerror=\"JS\">",
    "<link rel=icon href=URL>",
    "<style>*{background:url(URL)}</style>",
    "<style>@import 'URL';</style>",
    "<p style=\"background:url(URL)\">x</p>",
    "<meta http-equiv=refresh content='0;url=URL'>",
    "<details open ontoggle=\"JS\">",
    "<style onload=\"JS\"></style>",
    "<math><mtext><img src=x onerror=\"JS\"></mtext></math>",
];

/// What closes whatever a text may stand in. With each of the ways that is 500.
const ESCAPES: [&str; 10] = [
    "",
    "\">",
    "'>",
    "\" x=\"",
    "</bdi></p></figcaption></figure></main>",
    "</title></style></script></textarea>",
    "--!>-->",
    "]]>",
    "&quot;&gt;&#34;&#x3e;",
    "\u{0}\u{ff1c}\u{feff}",
];

/// Hangs up on whoever comes, and counts.
struct Trap {
    port: u16,
    came: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let came: Arc<AtomicUsize> = Arc::default();
        let count = Arc::clone(&came);
        std::thread::spawn(move || {
            for _ in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Relaxed);
            }
        });
        Self { port, came }
    }

    /// Whether anybody came since it was last looked at.
    fn was_touched(&self) -> bool {
        self.came.swap(0, Relaxed) > 0
    }
}

fn payloads(trap: &Trap) -> Vec<String> {
    let port = trap.port;
    let all = ESCAPES.iter().flat_map(|escape| WAYS.iter().map(move |way| (escape, way)));
    let payload = |(n, (escape, way)): (usize, (&&str, &&str))| {
        let js = format!("document.documentElement.setAttribute(`data-`+`ran-{n}`,``)");
        let way = way.replace("JS", &js).replace("URL", &format!("http://127.0.0.1:{port}/{n}"));
        format!("{escape}{way}")
    };
    all.enumerate().map(payload).collect()
}

/// The browser, if there is one.
#[expect(clippy::print_stderr, reason = "a test that cannot run says how it would")]
fn chromium() -> Option<OsString> {
    let chromium = env::var_os("SILVERPRINT_CHROMIUM");
    if chromium.is_none() {
        assert_ne!(env::var("CI").as_deref(), Ok("true"), "CI must set SILVERPRINT_CHROMIUM");
        eprintln!(
            "not opened: SILVERPRINT_CHROMIUM names no browser; `cargo xtask ci` sees to one"
        );
    }
    chromium
}

/// Opens a page, waits until it is loaded, and gives back what has become of it.
fn opened(chromium: &OsStr, page: &Path) -> String {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--no-first-run", "--no-proxy-server", "--dump-dom"])
        // It has three seconds of its own time after all is there, and gives up
        // on what does not come.
        .args(["--virtual-time-budget=3000", "--timeout=30000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(dom.contains("</html>"), "{dom}{}", String::from_utf8_lossy(&output.stderr));
    dom
}

/// How many payloads have left their mark, on the element that they leave it on.
fn ran(dom: &str) -> usize {
    let html = dom.find("<html").expect("a page has one");
    let end = html + dom[html..].find('>').expect("it ends");
    dom[html..end].matches(MARK).count()
}

fn has_run(dom: &str) -> bool {
    ran(dom) > 0
}

/// What ends whatever a payload has begun, so that it swallows no other.
const CLOSERS: &str = "//\"'-->]]></textarea></title></style></script></iframe></object></picture>\
                       </video></audio></svg></math></details>";

/// A page that is as careless as ours must not be.
fn careless(head: &str, words: &[String]) -> String {
    let words = words.join(&format!("{CLOSERS}\n"));
    format!("<!DOCTYPE html><html><head>{head}</head><body>{words}{CLOSERS}</body></html>")
}

#[test]
fn nothing_runs_in_a_contact_sheet() {
    let Some(chromium) = chromium() else { return };
    let trap = Trap::set();
    let payloads = payloads(&trap);
    assert_eq!(payloads.len(), 500);
    let stream = StreamConfig { username: payloads[200].clone(), ..StreamConfig::tiny(181, 500) };
    let server = serve(Config { stream, ..tiny(181, 500) });
    for (n, (id, words)) in ids(&server).into_iter().zip(&payloads).enumerate() {
        let words = || Some(words.clone());
        let url = (n % 5 == 4).then(|| format!("https://{}", words().unwrap_or_default()));
        let (title, description, tags) = (words(), words(), words());
        server.forge(id, Forgery { title, description, tags, url, ..Forgery::default() });
        if n % 5 == 3 {
            server.fault(id, Fault::Status(404), Times::Forever);
        }
    }
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(3);
    let page = folder.at("sheet/plain/00000.html");
    let html = folder.text("sheet/plain/00000.html");
    assert_eq!(html.matches("<figure").count(), 500, "each is on the page");

    let dom = opened(&chromium, &page);
    assert_eq!(dom.matches("<figure").count(), 500, "each is in what the browser made of it");
    assert!(!has_run(&dom), "something ran");
    let dom = opened(&chromium, &folder.at("index.html"));
    assert!(dom.contains("role=\"gridcell\""), "the wall is there: {dom}");
    assert!(!has_run(&dom), "something ran");
    assert!(!trap.was_touched(), "something was asked for");

    // Escaping alone is enough, and so is the policy alone.
    let policy = policy(&html);
    let bare = html.replace(policy, "");
    assert_ne!(bare, html);
    fs::write(folder.at("bare.html"), bare).unwrap();
    let dom = opened(&chromium, &folder.at("bare.html"));
    assert!(!has_run(&dom) && !trap.was_touched(), "escaping holds without the policy");
    // But for who leads to another page, which no policy of a page forbids.
    let stays = |words: &&String| !words.contains("http-equiv");
    for words in payloads.chunks(WAYS.len()) {
        let staying: Vec<_> = words.iter().filter(stays).cloned().collect();
        assert_eq!(staying.len(), WAYS.len() - 1);
        let careless = |head: &str| {
            fs::write(folder.at("careless.html"), careless(head, &staying)).unwrap();
            let ran = ran(&opened(&chromium, &folder.at("careless.html")));
            (ran, trap.was_touched())
        };
        assert_eq!(careless(policy), (0, false), "the policy holds without escaping");
        // Without it most of them do run, also beside each other.
        let (ran, asked) = careless("");
        assert!(ran >= MOST && asked, "{ran} ran, {}", words[0]);
    }

    is_caught_where_it_runs(&chromium, &trap, &folder, &payloads);
}

/// Of the ways that run, those that do in the browser of today, on one page.
const MOST: usize = 15;

/// The page's own policy, as it stands in it.
fn policy(html: &str) -> &str {
    let start = html.find("<meta http-equiv=\"Content-Security-Policy\"").expect("it has one");
    let end = start + html[start..].find('>').expect("it ends") + 1;
    &html[start..end]
}

/// That the test can fail: on pages that are careless most of the ways do work.
fn is_caught_where_it_runs(chromium: &OsStr, trap: &Trap, folder: &Folder, payloads: &[String]) {
    let page = folder.at("careless.html");
    let runs = |words: &str| {
        fs::write(&page, careless("", &[words.to_owned()])).unwrap();
        has_run(&opened(chromium, &page)) || trap.was_touched()
    };
    for way in [0, 10, 16, 21] {
        assert!(runs(&payloads[way]), "nobody notices {}", payloads[way]);
    }
    assert!(!runs("harmless"));
}
