//! Signing in by a link that comes by mail.

use serde_json::json;
use support::service::KEYS;
use support::surroundings::{surroundings, url_of};
use support::{Reply, Service, User, World};

async fn office() -> (World, Service) {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    (world, service)
}

/// What `convene mail` shows: to whom, and the token.
async fn mailbox(world: &World) -> Vec<(String, String)> {
    let output = tokio::process::Command::new(&surroundings().convene)
        .arg("mail")
        .env("CONVENE_ADMIN_DATABASE_URL", url_of(&world.database.admin()))
        .env("CONVENE_KEYS", KEYS)
        .env("CONVENE_SIGN_IN_URL", "https://office.test/sign-in")
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .chunks(2)
        .map(|mail| {
            let token = mail[1].trim().strip_prefix("https://office.test/sign-in#token=").unwrap();
            (mail[0].split("  ").nth(1).unwrap().to_owned(), token.to_owned())
        })
        .collect()
}

async fn ask(service: &Service, email: &str) -> Reply {
    service.anonymous().post("/v1/auth/magic-link", json!({ "email": email })).await
}

async fn verify(service: &Service, token: &str) -> Reply {
    service.anonymous().post("/v1/auth/verify", json!({ "token": token })).await
}

/// Asks for a link and waits for it in the mailbox.
async fn link_for(world: &World, service: &Service, user: &User) -> String {
    let before = mailbox(world).await.len();
    assert_eq!(ask(service, &user.email).await.status, 202);
    until_answered(world).await;
    let mut mails = mailbox(world).await;
    assert!(mails.len() > before);
    let (to, token) = mails.pop().unwrap();
    assert_eq!(to, user.email);
    token
}

/// Until the workers have answered every request for a link.
async fn until_answered(world: &World) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while count(world, "link_requests").await > 0 {
        assert!(std::time::Instant::now() < deadline, "nobody answers requests for links");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn count(world: &World, table: &str) -> i64 {
    world.admin.value(&format!("SELECT count(*) FROM convene.{table}"), &[]).await
}

#[tokio::test]
async fn a_link_signs_its_user_in_once() {
    let (world, service) = office().await;
    let mentee = world.mentee().await;
    let token = link_for(&world, &service, &mentee).await;

    let signed_in = verify(&service, &token).await;

    assert_eq!((signed_in.status, &signed_in.body["user_id"]), (200, &json!(mentee.id)), "{}", signed_in.body);
    let me = service.with_token(signed_in.body["token"].as_str()).get("/v1/auth/me").await.body;
    assert_eq!(
        (&me["user_id"], &me["via"], &me["session_id"]),
        (&json!(mentee.id), &json!("session"), &signed_in.body["session_id"])
    );
    assert_eq!(
        (&me["name"], &me["email"], &me["org_slug"]),
        (&json!("A mentee"), &json!(mentee.email), &json!("test"))
    );
    let again = verify(&service, &token).await;
    assert_eq!((again.outcome(), again.header("www-authenticate")), ((401, "MAGIC_LINK_INVALID"), Some("Bearer")));
}

#[tokio::test]
async fn the_answer_is_the_same_whether_an_address_is_known_or_not() {
    let (world, service) = office().await;
    let (known, inactive) = (world.mentee().await, world.mentee().await);
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&inactive.id]).await;

    let answers = [
        ask(&service, &known.email).await,
        ask(&service, &inactive.email).await,
        ask(&service, "nobody@nowhere.test").await,
    ];

    assert!(answers.iter().all(|answer| answer.status == 202 && answer.body == answers[0].body), "{answers:?}");
    until_answered(&world).await;
    let mails = mailbox(&world).await;
    assert_eq!(mails.iter().map(|(to, _)| to).collect::<Vec<_>>(), [&known.email]);
    for wrong in ["", "nobody", "a b@c.test", &format!("{}@c.test", "x".repeat(400))] {
        assert_eq!(ask(&service, wrong).await.outcome(), (400, "VALIDATION_ERROR"), "{wrong}");
    }
}

#[tokio::test]
async fn who_asks_for_a_link_only_queues_it_whether_the_address_is_known_or_not() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_WORKERS", "false")]).await;
    let known = world.mentee().await;

    for (nth, email) in [known.email.as_str(), "nobody@nowhere.test"].into_iter().enumerate() {
        assert_eq!(ask(&service, email).await.status, 202);
        let rows = [count(&world, "link_requests").await, count(&world, "magic_links").await];
        assert_eq!(rows, [i64::try_from(nth).unwrap() + 1, 0], "all that an answer's time depends on");
    }
    let answered: i32 =
        world.sql.client().query_one("SELECT convene.answer_link_requests()", &[]).await.unwrap().get(0);
    assert_eq!((answered, count(&world, "magic_links").await), (2, 1));
}

#[tokio::test]
async fn asking_for_somebody_elses_link_voids_none_and_sends_few_mails() {
    let (world, service) = office().await;
    let mentee = world.mentee().await;
    let theirs = link_for(&world, &service, &mentee).await;
    let here = json!({ "email": mentee.email.to_uppercase(), "org": "test" });
    let elsewhere = json!({ "email": mentee.email, "org": "elsewhere" });

    for _ in 0..9 {
        assert_eq!(ask(&service, &mentee.email).await.status, 202);
        assert_eq!(service.anonymous().post("/v1/auth/magic-link", elsewhere.clone()).await.status, 202);
    }
    until_answered(&world).await;
    assert_eq!(mailbox(&world).await.len(), 5, "five at once");
    assert_eq!(service.anonymous().post("/v1/auth/magic-link", here).await.status, 202);
    until_answered(&world).await;
    assert_eq!(mailbox(&world).await.len(), 6, "the organization counts, so that asking for another takes none away");
    assert_eq!(verify(&service, &theirs).await.status, 200);

    world.admin.run("UPDATE convene.rate_limit_buckets SET taken_at = taken_at - interval '12 minutes'").await;
    link_for(&world, &service, &mentee).await;
    assert_eq!(ask(&service, &mentee.email).await.status, 202);
    until_answered(&world).await;
    assert_eq!(mailbox(&world).await.len(), 7, "and one each twelve minutes");
}

#[tokio::test]
async fn a_link_works_only_for_a_while() {
    let (world, service) = office().await;
    let mentee = world.mentee().await;
    let new = link_for(&world, &service, &mentee).await;

    let looked_at = service.anonymous().get(&format!("/v1/auth/verify?token={new}")).await;
    assert_eq!(looked_at.outcome(), (405, "METHOD_NOT_ALLOWED"), "a scanner of mails must not use it up");
    let lasts: f64 = world
        .admin
        .value("SELECT extract(epoch FROM expires_at - created_at)::float8 FROM convene.magic_links", &[])
        .await;
    assert!((899.0..=901.0).contains(&lasts), "{lasts} s");
    world.admin.run("UPDATE convene.magic_links SET created_at = now() - interval '16 minutes', expires_at = now() - interval '1 minute'").await;
    world.admin.run("UPDATE convene.email_deliveries SET created_at = now() - interval '16 minutes'").await;
    assert_eq!(verify(&service, &new).await.outcome(), (401, "MAGIC_LINK_INVALID"));

    world.admin.run("CALL convene.run_job('purge_magic_links')").await;
    let left: i64 = world
        .admin
        .value(
            "SELECT (SELECT count(*) FROM convene.magic_links) + (SELECT count(*) FROM convene.email_deliveries)",
            &[],
        )
        .await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn an_address_of_two_organizations_signs_in_to_the_one_that_is_named() {
    let (world, service) = office().await;
    let mentee = world.mentee().await;
    let abroad = world.other_organization("abroad").await;
    let other = world.user_in(&abroad, "mentor").await;
    world.admin.execute("UPDATE convene.users SET email = $1::text WHERE id = $2", &[&mentee.email, &other.id]).await;
    let token = link_for(&world, &service, &mentee).await;
    let to = async |org: &str| service.anonymous().post("/v1/auth/verify", json!({ "token": token, "org": org })).await;

    let unnamed = verify(&service, &token).await;
    assert_eq!(
        (unnamed.outcome(), &unnamed.body["error"]["details"]["field"]),
        ((400, "VALIDATION_ERROR"), &json!("org"))
    );
    assert_eq!(to("elsewhere").await.outcome(), (401, "MAGIC_LINK_INVALID"));
    assert_eq!(to("abroad").await.body["user_id"], json!(other.id));
    assert_eq!(to("test").await.body["user_id"], json!(mentee.id), "each organization's link is its own");
    assert_eq!(to("test").await.outcome(), (401, "MAGIC_LINK_INVALID"));
}

#[tokio::test]
async fn of_32_who_race_with_one_link_one_is_signed_in() {
    let (world, service) = office().await;
    let token = link_for(&world, &service, &world.mentee().await).await;
    let replies = futures_util::future::join_all((0..32).map(|_| verify(&service, &token))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.outcome() == (401, "MAGIC_LINK_INVALID")).count(), 31);
}

#[tokio::test]
async fn the_database_never_sees_the_token() {
    let (world, service) = office().await;
    let token = link_for(&world, &service, &world.mentee().await).await;
    let dump: String = world
        .admin
        .value(
            "SELECT (SELECT string_agg(l::text, '') FROM convene.magic_links l)
                 || (SELECT string_agg(d::text || encode(d.payload, 'escape'), '') FROM convene.email_deliveries d)",
            &[],
        )
        .await;
    assert!(!dump.contains(&token) && !dump.contains(&token[4..]), "{dump}");
    assert!(!service.log().contains(&token[4..]));
}

#[tokio::test]
async fn without_a_key_there_is_no_signing_in_by_mail() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_KEYS", "")]).await;
    assert_eq!(ask(&service, &world.mentee().await.email).await.outcome(), (503, "NOT_CONFIGURED"));
}

#[tokio::test]
async fn people_see_their_sessions_and_end_them() {
    let (world, service) = office().await;
    let (mentee, other) = (world.mentee().await, world.mentee().await);
    let (desk, phone) = (service.signed_in(&world, &mentee).await, service.signed_in(&world, &mentee).await);
    let stranger = service.signed_in(&world, &other).await;
    let id_of = async |client: &support::Client| {
        client.get("/v1/auth/me").await.body["session_id"].as_str().unwrap().to_owned()
    };
    let path = format!("/v1/auth/sessions/{}", id_of(&phone).await);

    assert_eq!(desk.get("/v1/auth/sessions").await.body["data"].as_array().unwrap().len(), 2);
    assert_eq!(stranger.send(reqwest::Method::DELETE, &path, None).await.outcome(), (404, "SESSION_NOT_FOUND"));
    assert_eq!(desk.send(reqwest::Method::DELETE, &path, None).await.status, 204);
    assert_eq!(phone.get("/v1/auth/me").await.outcome(), (401, "UNAUTHORIZED"));
    assert_eq!(desk.send(reqwest::Method::POST, "/v1/auth/sign-out", None).await.status, 204);
    assert_eq!(desk.get("/v1/auth/me").await.outcome(), (401, "UNAUTHORIZED"));

    let (one, two) = (service.signed_in(&world, &mentee).await, service.signed_in(&world, &mentee).await);
    assert_eq!(one.send(reqwest::Method::POST, "/v1/auth/sign-out-everywhere", None).await.status, 204);
    assert_eq!(two.get("/v1/auth/me").await.outcome(), (401, "UNAUTHORIZED"));
    assert_eq!(stranger.get("/v1/auth/me").await.status, 200);
}

#[tokio::test]
async fn sign_ins_failures_and_ends_are_on_record_for_the_user_and_the_admins() {
    let (world, service) = office().await;
    let (mentee, other) = (world.mentee().await, world.mentee().await);
    let token = link_for(&world, &service, &mentee).await;
    let session = verify(&service, &token).await.body;
    verify(&service, &token).await;
    verify(&service, "cvl_nobodys").await;
    let me = service.with_token(session["token"].as_str());
    me.send(reqwest::Method::POST, "/v1/auth/sign-out", None).await;
    let again = service.signed_in(&world, &mentee).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let path = format!("/v1/admin/users/{}/sign-ins", mentee.id);
    let events = |body: &serde_json::Value| -> Vec<String> {
        body["data"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
    };

    let mine = again.get("/v1/auth/sign-ins").await.body;
    assert_eq!(events(&mine), ["signed_in", "signed_out", "link_refused", "signed_in"]);
    assert_eq!(mine["data"][3]["session_id"], session["session_id"]);
    let first = again.get("/v1/auth/sign-ins?limit=3").await.body;
    let next = format!("/v1/auth/sign-ins?cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(events(&again.get(&next).await.body), ["signed_in"]);
    assert_eq!(admin.get(&path).await.body, mine);
    let stranger = service.signed_in(&world, &other).await;
    assert_eq!(stranger.get(&path).await.outcome(), (403, "FORBIDDEN"));

    world.admin.run("DELETE FROM convene.sessions WHERE revoked_at IS NULL").await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    assert_eq!(events(&admin.get(&path).await.body)[0], "ended");
    world.admin.run("UPDATE convene.sign_in_events SET occurred_at = now() - interval '91 days'").await;
    world.admin.run("CALL convene.run_job('purge_logs')").await;
    assert_eq!(count(&world, "sign_in_events").await, 0);
}

#[tokio::test]
async fn a_sign_out_is_noticed_at_once_where_it_was_sent() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_SESSION_CACHE", "60s")]).await;
    let mentee = world.mentee().await;
    let (one, two) = (service.signed_in(&world, &mentee).await, service.signed_in(&world, &mentee).await);
    assert_eq!(two.get("/v1/auth/me").await.status, 200);
    assert_eq!(one.send(reqwest::Method::POST, "/v1/auth/sign-out-everywhere", None).await.status, 204);
    assert_eq!(two.get("/v1/auth/me").await.outcome(), (401, "UNAUTHORIZED"));
}
