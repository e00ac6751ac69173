//! An issuer of tokens for tests: on loopback, with keys made on the spot.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, KeyPair, RsaKeyPair, RsaPublicKeyComponents};
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::{Value, json};

/// A key of the issuer.
pub enum Signer {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// An RSA key; making one takes a moment, so all tests share it.
pub fn rsa() -> &'static Signer {
    static KEY: OnceLock<Signer> = OnceLock::new();
    KEY.get_or_init(|| {
        let key = rsa::PrivateKey::new(&mut getrandom::SysRng, 2048).expect("a key");
        let der = key.to_pkcs1_der().expect("written");
        Signer::Rsa(RsaKeyPair::from_der(der.as_bytes()).expect("readable"))
    })
}

pub fn ec() -> Signer {
    let (algorithm, random) = (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    Signer::Ec(EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).expect("readable"))
}

impl Signer {
    pub fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({"kty": "RSA", "use": "sig", "kid": id, "n": b64(n), "e": b64(e)})
            }
            Self::Ec(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": id, "x": b64(x), "y": b64(y)})
            }
        }
    }

    pub fn token(&self, algorithm: &str, id: &str, claims: &Value) -> String {
        let text = unsigned(&json!({"alg": algorithm, "typ": "JWT", "kid": id}), claims);
        let random = SystemRandom::new();
        let signed = match self {
            Self::Ec(key) => key.sign(&random, text.as_bytes()).expect("signed").as_ref().to_vec(),
            Self::Rsa(key) => {
                let padding: &dyn signature::RsaEncoding =
                    if algorithm == "PS256" { &signature::RSA_PSS_SHA256 } else { &signature::RSA_PKCS1_SHA256 };
                let mut signed = vec![0; key.public().modulus_len()];
                key.sign(padding, &random, text.as_bytes(), &mut signed).expect("signed");
                signed
            }
        };
        format!("{text}.{}", b64(signed))
    }
}

/// Header and claims of a token.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", b64(header.to_string()), b64(claims.to_string()))
}

/// The issuer. Its thread ends with the tests.
pub struct Issuer {
    pub url: String,
    /// How often its keys were fetched.
    pub asked: Arc<AtomicUsize>,
    keys: Arc<Mutex<Vec<Value>>>,
}

impl Issuer {
    pub fn start(keys: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let (asked, keys) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(keys)));
        let issuer = Self { url: url.clone(), asked: Arc::clone(&asked), keys: Arc::clone(&keys) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(&stream).lines();
                let first = lines.next().and_then(Result::ok).unwrap_or_default();
                while lines.next().is_some_and(|l| l.is_ok_and(|l| !l.is_empty())) {}
                let body = if first.contains("/.well-known/openid-configuration") {
                    json!({"issuer": url, "jwks_uri": format!("{url}/keys")})
                } else {
                    asked.fetch_add(1, Ordering::SeqCst);
                    json!({"keys": *keys.lock().unwrap()})
                };
                let body = body.to_string();
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length:";
                let _ = write!(&stream, "{head} {}\r\n\r\n{body}", body.len());
            }
        });
        issuer
    }

    /// Withdraws its keys and has others from now on.
    pub fn rotate(&self, keys: Vec<Value>) {
        *self.keys.lock().unwrap() = keys;
    }

    /// Claims of a good token of an analyst.
    pub fn claims(&self) -> Value {
        let now = jiff::Timestamp::now().as_second();
        json!({"iss": self.url, "aud": "safety", "sub": "u1", "iat": now, "exp": now + 300, "groups": {"names": ["us-analyst"]}})
    }
}
