//! An issuer of tokens that publishes its keys, as OpenID providers do; it can rotate them, and be down.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::pkcs8::EncodePrivateKey as _;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};

/// A key pair under its id.
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    id: String,
    der: Vec<u8>,
    public: Value,
}

#[derive(Default)]
struct Published {
    keys: Vec<Value>,
    is_down: bool,
    asked: u32,
}

/// A running issuer; it ends with the test.
pub struct Issuer {
    /// Where its keys are.
    pub url: String,
    published: Arc<Mutex<Published>>,
}

impl SigningKey {
    pub fn es256(id: &str) -> Self {
        let secret = p256::SecretKey::random(&mut rsa::rand_core::OsRng);
        let mut public: Value = serde_json::from_str(&secret.public_key().to_jwk_string()).expect("it is JSON");
        public["kid"] = json!(id);
        let der = secret.to_pkcs8_der().expect("a key").as_bytes().to_vec();
        Self { algorithm: Algorithm::ES256, id: id.to_owned(), der, public }
    }

    pub fn rs256(id: &str) -> Self {
        let secret = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("a key");
        let number = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        let public = json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": id, "n": number(secret.n()), "e": number(secret.e()) });
        let der = secret.to_pkcs1_der().expect("a key").as_bytes().to_vec();
        Self { algorithm: Algorithm::RS256, id: id.to_owned(), der, public }
    }

    /// The same key under another name.
    pub fn called(&self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self.clone() }
    }

    /// The same key, and its issuer says more about it.
    pub fn published_with(mut self, more: Value) -> Self {
        merge(&mut self.public, more);
        self
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as(claims, json!({}))
    }

    /// The same with other parameters in the token's header; null leaves one out.
    pub fn sign_as(&self, claims: &Value, more: Value) -> String {
        let key = match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(&self.der),
            _ => EncodingKey::from_rsa_der(&self.der),
        };
        let mut header = json!({ "typ": "JWT", "alg": self.algorithm, "kid": self.id });
        merge(&mut header, more);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = sign(message.as_bytes(), &key, self.algorithm).expect("it signs");
        format!("{message}.{signature}")
    }
}

fn merge(object: &mut Value, more: Value) {
    let (Value::Object(object), Value::Object(more)) = (object, more) else { panic!("two objects") };
    for (name, value) in more {
        if value.is_null() {
            object.remove(&name);
        } else {
            object.insert(name, value);
        }
    }
}

impl Issuer {
    pub async fn start(keys: &[&SigningKey]) -> Self {
        let published = Arc::new(Mutex::new(Published::default()));
        let router = Router::new().route("/jwks.json", get(jwks)).with_state(Arc::clone(&published));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/jwks.json", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self { url, published };
        issuer.publish(keys);
        issuer
    }

    /// From now on these are its keys, and no others.
    pub fn publish(&self, keys: &[&SigningKey]) {
        self.published().keys = keys.iter().map(|key| key.public.clone()).collect();
    }

    pub fn goes_down(&self) {
        self.published().is_down = true;
    }

    pub fn comes_back(&self) {
        self.published().is_down = false;
    }

    /// How often it was asked for its keys.
    pub fn asked(&self) -> u32 {
        self.published().asked
    }

    fn published(&self) -> std::sync::MutexGuard<'_, Published> {
        self.published.lock().expect("nobody panics holding it")
    }
}

async fn jwks(State(published): State<Arc<Mutex<Published>>>) -> Result<Json<Value>, StatusCode> {
    let mut published = published.lock().expect("nobody panics holding it");
    published.asked += 1;
    if published.is_down {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    Ok(Json(json!({ "keys": published.keys })))
}
