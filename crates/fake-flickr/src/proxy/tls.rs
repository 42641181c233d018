//! TLS for the real site's names, by an authority that lives as long as the server.

use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use tokio::net::TcpStream;

use crate::delivery::Socket;

/// The names that certificates are made for.
const NAMES: [&str; 6] = [
    "flickr.com",
    "*.flickr.com",
    "staticflickr.com",
    "*.staticflickr.com",
    "static.flickr.com",
    "*.static.flickr.com",
];

impl Socket for TlsStream<TcpStream> {
    fn reset_on_close(&self) -> io::Result<()> {
        self.get_ref().0.set_zero_linger()
    }
}

/// An authority that nobody trusts unless told to.
pub(super) struct Authority {
    /// Its certificate.
    pub(super) pem: String,
    /// Accepts connections for [`NAMES`].
    pub(super) acceptor: TlsAcceptor,
}

impl Authority {
    pub(super) fn new() -> io::Result<Self> {
        let (pem, chain, key) = certificates().map_err(io::Error::other)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { pem, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}

type Certificates = (String, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The authority's certificate, and the site's with its key.
fn certificates() -> Result<Certificates, rcgen::Error> {
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "fake-flickr, for tests only");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let signer = KeyPair::generate()?;
    let root = authority.self_signed(&signer)?;
    let issuer = Issuer::from_params(&authority, &signer);

    let mut site = CertificateParams::new(NAMES.map(str::to_owned))?;
    site.distinguished_name.push(DnType::CommonName, "flickr.com");
    site.use_authority_key_identifier_extension = true;
    site.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    site.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = site.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())
        .map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    Ok((root.pem(), vec![certificate.der().clone()], key))
}
