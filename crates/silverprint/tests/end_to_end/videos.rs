//! Streams of videos: cut, expired, changed on the way, not to be had; and what
//! is left of each.

use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::serve;
use fake_flickr::{Config, Fault, Server, StreamConfig, Times, VideoFault, Videos};

/// Nothing but videos, their streams as long as a rest is asked for of.
fn server(fault: Option<(VideoFault, Times)>) -> Server {
    let videos = Videos { bytes: 3 << 20, fault, ..Videos::default() };
    let mut config = Config { videos, ..Config::new(StreamConfig::tiny(41, 6)) };
    config.stream.shares.videos = 1.0;
    serve(config)
}

/// That every video's best stream is there, byte for byte.
fn check_streams(server: &Server, folder: &Folder) {
    folder.check_holds(&truth(server));
    for video in server.truth() {
        let stream = folder.bytes(&format!("photos/{}.mp4", video.id));
        let right = server.video_bytes(video.id, video.videos[0].kind).unwrap();
        assert!(stream == right, "{}: {} of {} bytes", video.id, stream.len(), right.len());
    }
}

#[test]
fn what_passes_costs_no_stream_and_no_byte_is_spliced() {
    for fault in [
        VideoFault::Like(Fault::ShortBody),
        VideoFault::Like(Fault::ResetBody),
        VideoFault::Like(Fault::Html),
        VideoFault::Like(Fault::Status(503)),
        VideoFault::Expired,
        VideoFault::Changed,
    ] {
        let (server, folder) = (server(Some((fault, Times::Once))), Folder::new());
        let ended = Program::sync(&server, &folder.path()).arg("--json").run().with(0);
        assert_eq!(ended.receipt()["streams"], 6, "{fault:?}");
        check_streams(&server, &folder);
        server.reset_hits();
        Program::sync(&server, &folder.path()).run().with(0);
        assert_eq!((server.hits().images, server.hits().videos), (0, 0), "{fault:?}");
    }
}

/// What is listed needs no key any more, what videos have does.
#[test]
fn a_key_that_is_revoked_after_the_listing_ends_the_run_and_says_so() {
    let mut config = Config { revoke_after: Some(3), ..Config::new(StreamConfig::tiny(42, 6)) };
    config.stream.shares.videos = 1.0;
    let (server, folder) = (serve(config), Folder::new());
    let ended = Program::sync(&server, &folder.path()).run().with(4);
    ended.explains("the API key was refused", "flickr.com");
    assert!(server.hits().images > 0, "it had been listed");
}

#[test]
fn a_stream_that_is_never_to_be_had_is_named_and_its_still_is_kept() {
    let (server, folder) = (server(None), Folder::new());
    let lost = server.truth()[2].id;
    server.video_fault(lost, VideoFault::Like(Fault::Status(404)), Times::Forever);
    let ended = Program::sync(&server, &folder.path()).arg("--json").run().with(3);
    assert_eq!((&ended.receipt()["streams"], &ended.receipt()["saved"]), (&5.into(), &5.into()));
    let failed = folder.failed();
    assert!(failed.len() == 1 && failed[&lost].contains("only its still"), "{failed:?}");
    assert!(!failed[&lost].contains("sig="), "{failed:?}");
    assert!(folder.at(&format!("photos/{lost}.jpg")).exists());
    folder.check_itself();

    // Once it is to be had, it is all that is fetched.
    server.video_fault(lost, VideoFault::Like(Fault::Status(404)), Times::N(0));
    server.reset_hits();
    Program::sync(&server, &folder.path()).run().with(0);
    assert_eq!((server.hits().images, server.hits().videos), (0, 1));
    check_streams(&server, &folder);
}

#[test]
fn where_the_best_stream_is_not_for_us_the_next_best_is_kept() {
    let (server, folder) = (server(None), Folder::new());
    let video = server.truth().remove(1);
    // As often as something that is not there is asked for.
    server.video_fault(video.id, VideoFault::Like(Fault::Status(404)), Times::N(2));
    let ended = Program::sync(&server, &folder.path()).arg("--json").run().with(0);
    assert_eq!(ended.receipt()["streams"], 6);
    let stream = folder.bytes(&format!("photos/{}.mp4", video.id));
    assert_eq!(Some(stream), server.video_bytes(video.id, video.videos[1].kind));
    folder.check_holds(&truth(&server));
}
