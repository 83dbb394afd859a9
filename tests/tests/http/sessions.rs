//! Who is signed in, and for how long.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use support::{Service, World, service::open_session};

const SECRET: &str = "a secret of the issuer, long enough for HS256";

fn jwt(user: &support::User, secret: &str, algorithm: Algorithm, lasts: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({ "sub": user.id, "exp": now.saturating_add_signed(lasts), "role": "admin" });
    encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

#[tokio::test]
async fn a_session_ends_when_it_expires_is_revoked_or_its_user_is_switched_off() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    for end in [
        "UPDATE convene.sessions SET expires_at = now() - interval '1 second'",
        "UPDATE convene.sessions SET revoked_at = now()",
        "UPDATE convene.users SET is_active = false",
        "UPDATE convene.users SET deleted_at = now()",
    ] {
        let client = service.signed_in(&world, &world.mentee().await).await;
        assert_eq!(client.get("/v1/users/me").await.status, 200);
        world.admin.run(end).await;
        assert_eq!(client.get("/v1/users/me").await.outcome(), (401, "UNAUTHORIZED"), "{end}");
    }
}

#[tokio::test]
async fn a_session_is_extended_while_it_is_used_and_ends_after_thirty_days_all_the_same() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    // How long it lasts from now, in hours, when it was opened so many days ago and is used.
    let lasts = async |opened: i32| -> f64 {
        let used = "UPDATE convene.sessions SET created_at = now() - $1 * interval '1 day',
            extended_at = now() - interval '25 hours', expires_at = now() + interval '1 hour'";
        world.admin.execute(used, &[&f64::from(opened)]).await;
        assert_eq!(client.get("/v1/users/me").await.status, 200);
        let left = "SELECT round(extract(epoch FROM expires_at - now()) / 3600)::float8 FROM convene.sessions";
        world.admin.value(left, &[]).await
    };
    assert_eq!([lasts(2).await, lasts(20).await, lasts(28).await, lasts(29).await], [168.0, 168.0, 48.0, 24.0]);
    world.admin.run("UPDATE convene.sessions SET expires_at = created_at + interval '30 days'").await;
    let longer = "UPDATE convene.sessions SET expires_at = created_at + interval '31 days'";
    let refused = world.admin.client().batch_execute(longer).await.unwrap_err();
    assert_eq!(refused.as_db_error().unwrap().constraint(), Some("sessions_end"));
}

#[tokio::test]
async fn a_remembered_session_still_ends_within_the_set_time() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_SESSION_CACHE", "300ms")]).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    assert_eq!(client.get("/v1/users/me").await.status, 200);
    world.admin.run("UPDATE convene.sessions SET revoked_at = now()").await;
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while client.get("/v1/users/me").await.status == 200 {
        assert!(std::time::Instant::now() < deadline, "it never ends");
    }
}

#[tokio::test]
async fn a_jwt_of_the_shared_secret_names_its_user_and_nothing_else_about_them() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_JWT_SECRET", SECRET)]).await;
    let mentee = world.mentee().await;

    let me = service.with_token(Some(&jwt(&mentee, SECRET, Algorithm::HS256, 60))).get("/v1/users/me").await;

    assert_eq!((me.status, &me.body["id"], &me.body["role"]), (200, &json!(mentee.id), &json!("mentee")));
    for (why, token) in [
        ("another secret", jwt(&mentee, &SECRET.replace('a', "b"), Algorithm::HS256, 60)),
        ("another algorithm", jwt(&mentee, SECRET, Algorithm::HS512, 60)),
        ("expired", jwt(&mentee, SECRET, Algorithm::HS256, -60)),
        ("no JWT", "eyJhbGciOiJub25lIn0.e30.".to_owned()),
        ("a session nobody opened", "cvs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        ("much too long", format!("cvs_{}", "A".repeat(5000))),
    ] {
        assert_eq!(
            service.with_token(Some(&token)).get("/v1/users/me").await.outcome(),
            (401, "UNAUTHORIZED"),
            "{why}"
        );
    }
}

#[tokio::test]
async fn without_a_secret_no_jwt_is_good() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_JWT_SECRET", "")]).await;
    let token = jwt(&world.mentee().await, "", Algorithm::HS256, 60);
    assert_eq!(service.with_token(Some(&token)).get("/v1/users/me").await.outcome(), (401, "UNAUTHORIZED"));
}

#[tokio::test]
async fn a_service_with_a_weak_secret_does_not_start() {
    let world = World::new().await;
    let output = tokio::process::Command::new(&support::surroundings::surroundings().convene)
        .arg("serve")
        .env("CONVENE_DATABASE_URL", support::surroundings::url_of(&world.database.role("convene_service")))
        .env("CONVENE_LISTEN", "127.0.0.1:0")
        .env("CONVENE_JWT_SECRET", "short")
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("CONVENE_JWT_SECRET") && !said.contains("short\""), "{said}");
}

#[tokio::test]
async fn tokens_are_kept_as_hashes_only() {
    let world = World::new().await;
    let token = open_session(&world, &world.mentee().await).await;
    let dump: String = world.admin.value("SELECT string_agg(s::text, '') FROM convene.sessions s", &[]).await;
    assert!(!dump.contains(&token) && !dump.contains(&token[4..]), "{dump}");
}
