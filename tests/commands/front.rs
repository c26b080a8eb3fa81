//! What encrypts before a service that does not: one request after the other.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::Arc,
    thread,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
};

/// Encrypts what goes to `port`, with a certificate of an authority whose own is written to `ca`;
/// answers the port to ask at.
pub(super) fn before(port: u16, ca: &Path) -> u16 {
    let mut issuer = CertificateParams::default();
    issuer.distinguished_name.push(DnType::CommonName, "issuer");
    issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(issuer, KeyPair::generate().unwrap()).unwrap();
    fs::write(ca, issuer.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let named = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = named.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let (config, door) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let at = door.local_addr().unwrap().port();
    thread::spawn(move || {
        for caller in door.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut caller = StreamOwned::new(connection, caller.unwrap());
            // Until he hangs up: at once, if he does not trust the certificate.
            while pass(&mut caller, port).is_ok() {}
        }
    });
    at
}

/// Passes one request on, and its answer back.
fn pass(caller: &mut StreamOwned<ServerConnection, TcpStream>, port: u16) -> std::io::Result<()> {
    let request = message(caller)?;
    let mut service = TcpStream::connect(("127.0.0.1", port))?;
    service.write_all(&request)?;
    let answer = message(&mut service)?;
    caller.write_all(&answer)?;
    caller.flush()
}

/// A message of HTTP with the body that its length says.
fn message(from: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let (mut bytes, mut part) = (Vec::new(), [0_u8; 1]);
    while !bytes.ends_with(b"\r\n\r\n") {
        from.read_exact(&mut part)?;
        bytes.extend_from_slice(&part);
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    from.read_exact(&mut body)?;
    bytes.extend_from_slice(&body);
    Ok(bytes)
}
