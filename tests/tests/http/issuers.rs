//! Tokens of an issuer that publishes its keys.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use support::issuer::{Issuer, SigningKey};
use support::{Client, Service, User, World};

const ISSUER: &str = "https://issuer.test";

fn claims(user: &User) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    json!({ "sub": user.id, "iss": ISSUER, "aud": "convene", "exp": now + 60 })
}

async fn service(world: &World, issuer: &Issuer) -> Service {
    let settings = [
        ("CONVENE_JWKS_URL", issuer.url.as_str()),
        ("CONVENE_JWT_ISSUER", ISSUER),
        ("CONVENE_JWT_AUDIENCE", "convene"),
    ];
    Service::start_with(&world.database, &settings).await
}

async fn outcome(client: &Client) -> (u16, String) {
    let reply = client.get("/v1/users/me").await;
    (reply.status, reply.code().to_owned())
}

fn no(code: &str) -> (u16, String) {
    (if code == "UNAUTHORIZED" { 401 } else { 503 }, code.to_owned())
}

fn yes() -> (u16, String) {
    (200, String::new())
}

#[tokio::test]
async fn tokens_of_published_keys_are_good_and_what_they_claim_must_be_so() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let (curve, rsa, strange) = (SigningKey::es256("curve"), SigningKey::rs256("rsa"), SigningKey::es256("strange"));
    let issuer = Issuer::start(&[&curve, &rsa]).await;
    let service = service(&world, &issuer).await;
    let ask = async |token: String| outcome(&service.with_token(Some(&token))).await;
    let with = |field: &str, value: Value| {
        let mut claims = claims(&mentee);
        claims[field] = value;
        claims
    };

    assert_eq!(ask(curve.sign(&claims(&mentee))).await, yes());
    assert_eq!(ask(rsa.sign(&claims(&mentee))).await, yes());

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (why, token) in [
        ("a key nobody published", strange.sign(&claims(&mentee))),
        ("another key under a published name", strange.called("curve").sign(&claims(&mentee))),
        ("a key of another kind under that name", rsa.called("curve").sign(&claims(&mentee))),
        ("another issuer", curve.sign(&with("iss", json!("https://other.test")))),
        ("another audience", curve.sign(&with("aud", json!("others")))),
        ("expired", curve.sign(&with("exp", json!(now - 120)))),
        ("not yet", curve.sign(&with("nbf", json!(now + 120)))),
        ("nobody", curve.sign(&with("sub", json!(uuid::Uuid::new_v4())))),
        ("a service's token", curve.sign(&with("sub", json!("service_role")))),
        ("a secret's token, and there is no secret", {
            let key = jsonwebtoken::EncodingKey::from_secret(b"curve");
            jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims(&mentee), &key).unwrap()
        }),
    ] {
        assert_eq!(ask(token).await, no("UNAUTHORIZED"), "{why}");
    }
    assert_eq!(issuer.asked(), 1, "made-up key ids do not make us ask again at once");
}

#[tokio::test]
async fn what_a_key_and_a_token_are_for_is_respected() {
    let world = World::new().await;
    let claims = claims(&world.mentee().await);
    let curve = |id: &str, more: Value| SigningKey::es256(id).published_with(more);
    let plain = curve("plain", json!({}));
    let keys = [
        plain.clone(),
        curve("sig", json!({ "use": "sig", "key_ops": ["verify"], "alg": "ES256" })),
        curve("enc", json!({ "use": "enc" })),
        curve("ops", json!({ "key_ops": ["deriveBits"] })),
        curve("alg", json!({ "alg": "ES384" })),
        SigningKey::rs256("pss").published_with(json!({ "alg": "PS256" })),
        // Of a kind from the future: it spoils nothing.
        curve("kind", json!({ "kty": "LATTICE" })),
    ];
    let issuer = Issuer::start(&keys.each_ref()).await;
    let service = service(&world, &issuer).await;
    let ask = async |token: String| outcome(&service.with_token(Some(&token))).await;

    let [plain, sig, others @ ..] = &keys;
    for key in [plain, sig] {
        assert_eq!(ask(key.sign(&claims)).await, yes());
    }
    for key in others {
        assert_eq!(ask(key.sign(&claims)).await, no("UNAUTHORIZED"), "{}", key.id());
    }
    for typ in [json!("JWT"), json!("jwt"), json!("at+jwt"), json!("application/at+JWT"), Value::Null] {
        assert_eq!(ask(plain.sign_as(&claims, json!({ "typ": typ }))).await, yes(), "{typ}");
    }
    for header in [
        json!({ "typ": "logout+jwt" }),
        json!({ "typ": "secevent+jwt" }),
        json!({ "typ": "dpop+jwt" }),
        json!({ "typ": "" }),
        json!({ "crit": ["b64"], "b64": true }),
        json!({ "crit": [] }),
    ] {
        assert_eq!(ask(plain.sign_as(&claims, header.clone())).await, no("UNAUTHORIZED"), "{header}");
    }
}

#[tokio::test]
async fn a_new_key_is_found_when_first_used_and_one_that_was_taken_back_is_not() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let (old, new) = (SigningKey::es256("old"), SigningKey::es256("new"));
    let issuer = Issuer::start(&[&old]).await;
    let settings = [
        ("CONVENE_JWKS_URL", issuer.url.as_str()),
        ("CONVENE_JWT_ISSUER", ISSUER),
        ("CONVENE_JWT_AUDIENCE", "convene"),
        ("CONVENE_JWKS_COOL_DOWN", "300ms"),
    ];
    let service = Service::start_with(&world.database, &settings).await;
    let ask = async |key: &SigningKey| outcome(&service.with_token(Some(&key.sign(&claims(&mentee))))).await;

    assert_eq!(ask(&old).await, yes());
    assert_eq!(ask(&new).await, no("UNAUTHORIZED"));
    issuer.publish(&[&new]);
    tokio::time::sleep(std::time::Duration::from_millis(350)).await;
    assert_eq!(ask(&new).await, yes());
    assert_eq!(ask(&old).await, no("UNAUTHORIZED"));
}

#[tokio::test]
async fn keys_outlive_an_outage_of_the_issuer() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let (key, other) = (SigningKey::es256("key"), SigningKey::es256("other"));
    let issuer = Issuer::start(&[&key]).await;
    let service = service(&world, &issuer).await;
    let ask = async |key: &SigningKey| outcome(&service.with_token(Some(&key.sign(&claims(&mentee))))).await;

    assert_eq!(ask(&key).await, yes());
    issuer.goes_down();
    assert_eq!(ask(&key).await, yes());
    assert_eq!(ask(&other).await, no("UNAUTHORIZED"));
    issuer.comes_back();
    assert_eq!(ask(&key).await, yes());
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn before_the_issuer_was_ever_reached_nobody_is_called_a_liar() {
    let world = World::new().await;
    let key = SigningKey::es256("key");
    let issuer = Issuer::start(&[&key]).await;
    issuer.goes_down();
    let service = service(&world, &issuer).await;
    let client = service.with_token(Some(&key.sign(&claims(&world.mentee().await))));

    assert_eq!(outcome(&client).await, no("SERVICE_UNAVAILABLE"));
    // Sessions have nothing to do with it.
    assert_eq!(outcome(&service.signed_in(&world, &world.mentee().await).await).await, yes());
}
