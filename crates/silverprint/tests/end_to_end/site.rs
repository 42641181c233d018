//! The photostreams that the tests archive: tiny, so that painting costs little;
//! and an address where there is none.

use fake_flickr::{Config, Server, Shares, StreamConfig};
use std::net::SocketAddr;
use tokio::net::TcpSocket;

/// Plain photos of about 6 kB.
pub(crate) fn tiny(seed: u64, photos: u32) -> Config {
    Config::new(StreamConfig::tiny(seed, photos))
}

/// Tiny photos with more of every oddity than streams really have.
pub(crate) fn odd(seed: u64, photos: u32) -> Config {
    let shares = Shares {
        videos: 0.06,
        no_original: 0.08,
        private: 0.05,
        deleted: 0.05,
        png: 0.05,
        gif: 0.05,
        cmyk: 0.04,
        hurting_titles: 0.5,
        ..Shares::default()
    };
    Config::new(StreamConfig { shares, ..StreamConfig::tiny(seed, photos) })
}

/// Serves it until it is dropped.
pub(crate) fn serve(config: Config) -> Server {
    Server::start(config).expect("loopback has ports")
}

/// The ids of the listed photos, the newest first.
pub(crate) fn ids(server: &Server) -> Vec<u64> {
    server.truth().iter().map(|photo| photo.id).collect()
}

/// An address of the loopback at which nobody listens. As long as it lives, no
/// other test gets its port.
pub(crate) struct Nobody(TcpSocket);

impl Nobody {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        Self(socket)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }
}
