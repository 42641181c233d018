//! The real hosts' names, over TLS, through a proxy with an authority of its
//! own: what is asked of Flickr is what a program far from any test asks.

use crate::folder::{Folder, sha256, truth};
use crate::program::Program;
use crate::site::{odd, serve};
use fake_flickr::{Config, Media, PageShape, Pages, Proxy, Server};
use std::collections::BTreeMap;
use std::path::Path;

/// A photostream of 60 behind the real names; its pages show all of it.
fn behind_a_proxy(shape: PageShape) -> Server {
    let pages = Pages { shape, ..Pages::complete() };
    serve(Config { proxy: Some(Proxy::default()), pages, ..odd(116, 60) })
}

/// `sync` as one would type it, where the proxy is the only way out.
fn sync(server: &Server, folder: &Folder, ca: &Path) -> Program {
    Program::new(&["sync", &format!("https://www.flickr.com/photos/{}/", server.alias()), "--to"])
        .arg(folder.path())
        .arg("--ca-file")
        .arg(ca)
        .without("SILVERPRINT_FLICKR_URL")
        .without("NO_PROXY")
        .without("no_proxy")
        .env("HTTPS_PROXY", server.base())
        .env("HTTP_PROXY", server.base())
}

/// The best stream of each video there is, by its path.
fn streams(server: &Server) -> BTreeMap<String, String> {
    let videos = server.truth().into_iter().filter(|photo| photo.media == Media::Video);
    let stream = |video: fake_flickr::TruePhoto| {
        let best = video.videos.first().expect("it has some").kind;
        let rendered = server.video_rendered(video.id, best).expect("it is listed");
        (format!("photos/{}.mp4", video.id), rendered.sha256)
    };
    videos.map(stream).collect()
}

#[test]
fn every_door_of_the_real_hosts_leads_to_the_same_photos() {
    for shape in [PageShape::Flat, PageShape::Wrapped] {
        let server = behind_a_proxy(shape);
        let ca = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(ca.path(), server.proxy_ca().expect("it is a proxy")).unwrap();
        let (truth, streams) = (truth(&server), streams(&server));
        assert!(!streams.is_empty(), "a seed with videos");

        let by_key = Folder::new();
        let key = ("SILVERPRINT_FLICKR_KEY", server.key());
        sync(&server, &by_key, ca.path()).env(key.0, key.1).run().with(0);
        by_key.check_holds(&truth);
        for (path, expected) in &streams {
            assert_eq!(sha256(&by_key.bytes(path)), *expected, "{path}");
        }

        let by_site = Folder::new();
        sync(&server, &by_site, ca.path()).args("--access site").run().with(0);
        assert_eq!(by_site.files(), by_key.files(), "the site's key shows the same");

        // A visitor sees the same pictures, and no streams.
        let by_page = Folder::new();
        let ended = sync(&server, &by_page, ca.path()).arg("--json").run().with(3);
        assert_eq!(ended.receipt()["streams_not_shown"], streams.len(), "{}", ended.stdout);
        ended.says("not shown to a visitor of the page").says("--access site");
        let mut stills = by_key.files();
        stills.retain(|path, _| !streams.contains_key(path));
        assert_eq!(by_page.files(), stills, "the pages show the same");

        // The same folder by another door: what it lacked is fetched, and no more.
        server.reset_hits();
        sync(&server, &by_page, ca.path()).args("--access site").run().with(0);
        assert_eq!(by_page.files(), by_key.files());
        assert_eq!(server.hits().images, 0, "no picture is fetched twice");
    }
}

#[test]
fn an_authority_that_nobody_named_is_not_trusted() {
    let server = behind_a_proxy(PageShape::Flat);
    let other = behind_a_proxy(PageShape::Flat);
    let ca = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(ca.path(), other.proxy_ca().expect("it is a proxy")).unwrap();
    let folder = Folder::new();
    let ended = sync(&server, &folder, ca.path()).args("--access site").run().with(5);
    ended.says("cannot reach").explains("certificate", "--ca-file");
    assert!(!folder.at("photos").exists() || folder.pictures().is_empty());
}

/// A machine without any certificates, as containers come.
#[test]
fn without_certificates_loopback_is_archived_all_the_same() {
    let server = serve(crate::site::tiny(117, 3));
    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path())
        .env("SSL_CERT_FILE", "/nowhere/certificates.pem")
        .env("SSL_CERT_DIR", "/nowhere")
        .run();
    ended.with(0);
    folder.check_holds(&truth(&server));
}

/// The same machine, far from loopback: nobody can be trusted there.
#[test]
fn without_certificates_flickr_is_not_asked_and_the_error_says_what_helps() {
    let folder = Folder::new();
    let ended = Program::new(&["sync", "somebody", "--access", "page", "--to"])
        .arg(folder.path())
        .without("SILVERPRINT_FLICKR_URL")
        .env("SSL_CERT_FILE", "/nowhere/certificates.pem")
        .env("SSL_CERT_DIR", "/nowhere")
        // Were it asked all the same, nobody would hear it.
        .env("HTTPS_PROXY", "http://127.0.0.1:9/")
        .run();
    ended.with(7).explains("could not be set up", "ca-certificates");
}
