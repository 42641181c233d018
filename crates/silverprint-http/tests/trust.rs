//! Whom the client trusts: nobody whose certificate is not vouched for, and
//! whom the user names besides. Each server is on the loopback.

mod support;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, Stream};
use silverprint_core::{FetchError, Silent};
use silverprint_http::{BuildError, Client, Policy, RootsFault};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use support::{Recording, client, hasty};
use url::Url;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server that proves that it is `name`, until `year`, by `issuer`'s word.
fn server(issuer: &Issuer, name: &str, year: i32) -> Url {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2001, 1, 1);
    params.not_after = date_time_ymd(year, 1, 1);
    let certificate = params.signed_by(&key, issuer).unwrap();
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let (mut socket, config) = (socket.unwrap(), Arc::clone(&config));
            let mut tls = ServerConnection::new(config).unwrap();
            let mut stream = Stream::new(&mut tls, &mut socket);
            // A client that trusts nobody hangs up.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood");
            }
        }
    });
    format!("https://localhost:{port}/").parse().unwrap()
}

async fn get(extra_roots: Vec<Vec<u8>>, url: &Url) -> Result<u32, FetchError> {
    let (client, _) = client(Policy { extra_roots, attempts: 1, ..hasty() });
    client.get(url, &mut Recording::of(b"good".to_vec())).await
}

#[tokio::test]
async fn a_certificate_counts_only_where_somebody_trusted_vouches_for_it() {
    let (ours, theirs) = (authority(), authority());
    let pem = |issuer: &Issuer| issuer.pem().into_bytes();
    let good = server(&ours, "localhost", 2100);
    assert_eq!(get(vec![pem(&theirs), pem(&ours)], &good).await.unwrap(), 1);
    let both = [pem(&theirs), pem(&ours)].concat();
    assert_eq!(get(vec![both], &good).await.unwrap(), 1);
    for (what, roots, url) in [
        ("nobody vouches", vec![], &good),
        ("somebody else vouches", vec![pem(&theirs)], &good),
        ("another name", vec![pem(&ours)], &server(&ours, "elsewhere.example", 2100)),
        ("its time is over", vec![pem(&ours)], &server(&ours, "localhost", 2002)),
    ] {
        let ended = get(roots, url).await;
        assert!(matches!(ended, Err(FetchError::Unreachable { .. })), "{what}: {ended:?}");
        assert!(ended.unwrap_err().to_string().contains("certificate"), "{what}");
    }
}

#[test]
fn what_holds_no_certificate_is_refused_before_anything_is_asked() {
    let build = |pem: &[u8]| {
        let extra_roots = vec![authority().pem().into_bytes(), pem.to_vec()];
        let error = Client::new(Policy { extra_roots, ..hasty() }, Arc::new(Silent)).err();
        error.expect("it is refused")
    };
    let is_second = |error: &BuildError| error.to_string().contains("file 2 ");
    for empty in [
        b"".as_slice(),
        b"hello",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        let error = build(empty);
        assert!(matches!(error, BuildError::Roots { fault: RootsFault::Empty, .. }), "{error:?}");
        assert!(is_second(&error), "{error}");
    }
    let torn = build(b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
    assert!(matches!(torn, BuildError::Roots { fault: RootsFault::NotPem(_), .. }), "{torn:?}");
}
