//! Whom the client trusts: nobody whose certificate is not vouched for, and
//! whom the user names besides. Each server is on the loopback.

mod support;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use silverprint_core::{FetchError, Silent};
use silverprint_http::{BuildError, Client, Policy, RootsFault};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use support::{Recording, client, hasty};
use url::Url;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a server shows for itself.
struct Shown {
    name: &'static str,
    /// The years between which it counts.
    years: (i32, i32),
    purpose: ExtendedKeyUsagePurpose,
}

/// Nothing is wrong with it.
const GOOD: Shown =
    Shown { name: "localhost", years: (2001, 2100), purpose: ExtendedKeyUsagePurpose::ServerAuth };

impl Shown {
    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::new(vec![self.name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, 1, 1);
        params.extended_key_usages = vec![self.purpose.clone()];
        params
    }

    /// A server that shows it by an authority's word.
    fn by(self, issuer: &Issuer) -> Url {
        let key = KeyPair::generate().unwrap();
        let certificate = self.params().signed_by(&key, issuer).unwrap();
        serve(vec![certificate.der().clone()], &key)
    }

    /// A server that shows it by nobody's word but its own.
    fn by_itself(self) -> Url {
        let key = KeyPair::generate().unwrap();
        let certificate = self.params().self_signed(&key).unwrap();
        serve(vec![certificate.der().clone()], &key)
    }

    /// A server that shows it by the word of one who may vouch for nobody.
    fn by_a_neighbour(self, issuer: &Issuer) -> Url {
        let (key, between) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let neighbour = GOOD.params().signed_by(&between, issuer).unwrap();
        let params = GOOD.params();
        let signer = rcgen::Issuer::from_params(&params, &between);
        let certificate = self.params().signed_by(&key, &signer).unwrap();
        serve(vec![certificate.der().clone(), neighbour.der().clone()], &key)
    }
}

fn serve(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Url {
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .unwrap();
    let config = Arc::new(config);
    listen(move |mut socket| {
        let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = Stream::new(&mut tls, &mut socket);
        // A client that trusts nobody hangs up.
        if stream.read(&mut [0; 4096]).is_ok() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood");
        }
    })
}

/// A server that agrees to nothing newer than that version of TLS, and says so
/// in its first words.
fn outdated(minor: u8) -> Url {
    listen(move |mut socket| {
        let _ = socket.read(&mut [0; 4096]);
        let mut hello = vec![2, 0, 0, 38, 3, minor];
        hello.extend([7; 32]);
        // No session; AES-128-CBC with SHA; no compression.
        hello.extend([0, 0, 0x2F, 0]);
        let mut record = vec![22, 3, minor, 0, u8::try_from(hello.len()).unwrap()];
        record.extend(hello);
        let _ = socket.write_all(&record);
        // Until the client has had its say.
        let _ = socket.read(&mut [0; 4096]);
    })
}

/// A server that has never heard of TLS.
fn plain() -> Url {
    listen(|mut socket| {
        let _ = socket.read(&mut [0; 4096]);
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    })
}

fn listen(answer: impl Fn(TcpStream) + Send + 'static) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            answer(socket.unwrap());
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
    let good = GOOD.by(&ours);
    assert_eq!(get(vec![pem(&theirs), pem(&ours)], &good).await.unwrap(), 1);
    let both = [pem(&theirs), pem(&ours)].concat();
    assert_eq!(get(vec![both], &good).await.unwrap(), 1);
    let client = ExtendedKeyUsagePurpose::ClientAuth;
    for (what, roots, url) in [
        ("nobody vouches", vec![], &good),
        ("somebody else vouches", vec![pem(&theirs)], &good),
        ("it vouches for itself", vec![pem(&ours)], &GOOD.by_itself()),
        ("one vouches who may not", vec![pem(&ours)], &GOOD.by_a_neighbour(&ours)),
        ("another name", vec![pem(&ours)], &Shown { name: "elsewhere.example", ..GOOD }.by(&ours)),
        ("its time is over", vec![pem(&ours)], &Shown { years: (2001, 2002), ..GOOD }.by(&ours)),
        ("its time is to come", vec![pem(&ours)], &Shown { years: (2099, 2100), ..GOOD }.by(&ours)),
        ("it is no server's", vec![pem(&ours)], &Shown { purpose: client, ..GOOD }.by(&ours)),
    ] {
        let ended = get(roots, url).await;
        assert!(matches!(ended, Err(FetchError::Unreachable { .. })), "{what}: {ended:?}");
        assert!(ended.unwrap_err().to_string().contains("certificate"), "{what}");
    }
}

#[tokio::test]
async fn nothing_older_than_tls_1_2_is_spoken() {
    for (what, url) in [
        ("TLS 1.0", outdated(1)),
        ("TLS 1.1", outdated(2)),
        ("SSL 3", outdated(0)),
        ("none", plain()),
    ] {
        let ended = get(vec![authority().pem().into_bytes()], &url).await;
        assert!(matches!(ended, Err(FetchError::Unreachable { .. })), "{what}: {ended:?}");
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
