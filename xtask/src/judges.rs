//! Clients that nobody here wrote, as judges of fake-flickr: what they take
//! for Flickr, and read as we mean it, our tests may lean on. They run as
//! they come from `PyPI`, by their own settings for a proxy and an authority.

use crate::command::{program, run, target};
use crate::{Failure, ci, tools};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The default stream has some of every oddity; small enough to be painted in
/// seconds, and large enough for several pages of a listing. The longest edge
/// is past 1024, so that withheld originals leave something large, of most.
const STREAM: [&str; 8] =
    ["--profile", "default", "--photos", "260", "--originals", "1100", "--paintings", "80"];

/// What a client can see for itself and must get over, once each. It waits a
/// second every time: no more than a few.
const FAULTS: &str = "status-503:0.01,reset-body:0.01,short-body:0.01,open-chunk:0.01";

/// Runs every judge, and fails where one disagrees.
pub(crate) fn run_all(root: &Path) -> Result<(), Failure> {
    let python = tools::judges(root)?;
    // The fake-flickr that the tests run with.
    ci::build_tests(root)?;
    let scratch = target(root)?.join("judges");
    fs::create_dir_all(&scratch)?;
    let site = Site::start(root, &scratch)?;
    let folder = scratch.join("gallery-dl");
    let mut gallery_dl = site.judge(&python, root, "judge_gallery_dl.py");
    gallery_dl.arg(&site.proxy).arg(&site.authority).arg(&site.alias).arg(&folder);
    run(gallery_dl)?;
    let mut flickrapi = site.judge(&python, root, "judge_flickrapi.py");
    flickrapi.arg(&site.alias);
    run(flickrapi)
}

/// fake-flickr as a proxy to the real site's hosts, until it is dropped.
struct Site {
    child: Child,
    proxy: String,
    alias: String,
    authority: PathBuf,
}

impl Site {
    fn start(root: &Path, scratch: &Path) -> Result<Self, Failure> {
        let authority = scratch.join("authority.pem");
        let mut command = program(target(root)?.join("debug/fake-flickr"), &STREAM, root);
        command.args(["--faults", FAULTS]).arg("--proxy-ca").arg(&authority);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let said = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut site = Self { child, proxy: String::new(), alias: String::new(), authority };
        for line in said {
            let line = line?;
            if let Some(alias) = line.strip_prefix("alias ") {
                alias.clone_into(&mut site.alias);
            }
            if let Some(proxy) = line.strip_prefix("proxy ") {
                proxy.clone_into(&mut site.proxy);
                return Ok(site);
            }
        }
        Err("fake-flickr ended before it served".into())
    }

    /// A judge, in an environment where everything goes through the proxy.
    fn judge(&self, python: &Path, root: &Path, script: &str) -> Command {
        let script = root.join("xtask/judges").join(script);
        let mut command = program(python, &[], root);
        command.arg(script);
        for name in ["http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "https_proxy"] {
            command.env_remove(name);
        }
        command.env("HTTPS_PROXY", &self.proxy);
        command.env("REQUESTS_CA_BUNDLE", &self.authority);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // It is gone already where it failed; either way nothing is left.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
