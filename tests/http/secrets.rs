//! Secrets never leak: a service that logs everything, asked with tokens of every kind in every place.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use geodata::disclosure::Tier;
use geodata::store::{Store, keys};
use sha2::{Digest, Sha256};

use super::issuer::{Issuer, ec};

/// The program, serving, with all it writes to standard error.
struct Service {
    child: Child,
    address: String,
    said: std::thread::JoinHandle<String>,
}

fn serve(folder: &Path, issuer: &str) -> Service {
    let config = format!(
        "[oidc]\nissuer = \"{issuer}\"\naudience = \"safety\"\nroles_claim = \"groups.names\"\nroles = {{ us-analyst = \"analyst\" }}\n"
    );
    std::fs::write(folder.join("settings.toml"), config).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_urbansafety"))
        .current_dir(folder)
        .args(["serve", "--data", "city.gpkg", "--listen", "127.0.0.1:0", "--config", "settings.toml"])
        .env("URBANSAFETY_LOG", "trace")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    let address = loop {
        let from = text.len();
        assert!(lines.read_line(&mut text).unwrap() > 0, "{text}");
        if let Some((_, address)) = text[from..].split_once("serving on http://") {
            break address.trim().to_owned();
        }
    };
    let said = std::thread::spawn(move || {
        lines.read_to_string(&mut text).unwrap();
        text
    });
    Service { child, address, said }
}

fn get(address: &str, path: &str, token: &str, purpose: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nPurpose: {purpose}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn no_token_and_no_hash_of_one_is_in_answers_logs_or_the_access_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("city.gpkg");
    let mut store = Store::open(&data).unwrap();
    let (_, right) = keys::create(&mut store, "unit", Tier::Analyst, None).unwrap();
    let (gone, revoked) = keys::create(&mut store, "gone", Tier::Analyst, None).unwrap();
    keys::revoke(&mut store, &gone.id).unwrap();
    let signer = ec();
    let issuer = Issuer::start(vec![signer.jwk("1")]);
    let mut expired = issuer.claims();
    expired["exp"] = serde_json::json!(1);
    let tokens = [
        right.reveal().to_owned(),
        revoked.reveal().to_owned(),
        format!("us_{}", "0123456789abcdef".repeat(4)),
        signer.token("ES256", "1", &issuer.claims()),
        signer.token("ES256", "1", &expired),
        signer.token("ES256", "unknown", &issuer.claims()),
    ];
    let mut service = serve(folder.path(), &issuer.url);
    let mut everything = String::new();
    for token in &tokens {
        for (path, purpose) in [
            ("/collections", "a test".to_owned()),
            (&*format!("/collections?limit={token}"), "a test".to_owned()),
            (&*format!("/collections/{token}/items"), "a test".to_owned()),
            (&*format!("/collections/cells?f={token}"), format!("see {token}")),
            (&*format!("/{token}"), "é".to_owned()),
        ] {
            everything += &get(&service.address, path, token, &purpose);
        }
    }
    assert!(everything.contains("HTTP/1.1 200") && everything.contains("HTTP/1.1 401"), "{everything}");
    let stop = Command::new("kill").arg(service.child.id().to_string()).status().unwrap();
    assert!(stop.success() && service.child.wait().unwrap().success());
    let said = service.said.join().unwrap();
    assert!(said.contains("asked with a key"), "{said}");
    everything += &said;
    let logged = super::audit::log(&data);
    assert!(logged.len() >= 6, "{}", logged.len());
    everything += &serde_json::to_string(&logged).unwrap();
    everything += &format!("{right:?} {:?} {:?}", keys::list(&store), keys::find(&store, right.reveal()));
    for token in &tokens {
        let hash: String = Sha256::digest(token).iter().map(|b| format!("{b:02x}")).collect();
        let mut parts = vec![hash.to_uppercase(), hash];
        match token.strip_prefix("us_") {
            Some(secret) => parts.push(secret[..24].to_owned()),
            // The header of a signed token is no secret; its claims and its signature are.
            None => parts.extend(token.split('.').skip(1).map(str::to_owned)),
        }
        for part in parts {
            let at = everything.find(&part);
            assert!(at.is_none(), "{}", &everything[at.unwrap_or(0).saturating_sub(200)..][..400]);
        }
    }
}
