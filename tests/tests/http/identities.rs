//! Outside issuers' subjects that are linked to users.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Reply, Service, User, World};

const ISSUER: &str = "https://login.test/";
const SECRET: &str = "what the issuer and we alone know";

/// An organization whose users come with an outside issuer's tokens.
struct Office {
    world: World,
    service: Service,
    admin: Client,
}

impl Office {
    async fn open() -> Self {
        let world = World::new().await;
        let service = Service::start_with(&world.database, &[("CONVENE_JWT_SECRET", SECRET)]).await;
        let admin = service.signed_in(&world, &world.user("admin").await).await;
        Self { world, service, admin }
    }

    /// The same, and an operator gave the issuer to the organization.
    async fn with_an_issuer_of_its_own() -> Self {
        let office = Self::open().await;
        office.give_issuer(ISSUER, "test").await;
        office
    }

    async fn give_issuer(&self, issuer: &str, org: &str) -> i32 {
        self.world.admin.value("SELECT convene.give_issuer($1, $2)", &[&org, &issuer]).await
    }

    /// Whom the issuer's token for a subject signs in: an id, or the refusal's code.
    async fn comes_in_as(&self, issuer: Option<&str>, subject: &str) -> String {
        let reply = self.service.with_token(Some(&token(issuer, subject))).get("/v1/users/me").await;
        reply.body["id"].as_str().map_or_else(|| reply.code().to_owned(), str::to_owned)
    }
}

fn token(issuer: Option<&str>, subject: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({ "sub": subject, "exp": now + 60 });
    if let Some(issuer) = issuer {
        claims["iss"] = json!(issuer);
    }
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

/// Shows a token, so that its subject signs the sender in.
async fn prove(client: &Client, token: &str) -> Reply {
    client.post("/v1/auth/identities", json!({ "token": token })).await
}

fn path(user: &User) -> String {
    format!("/v1/admin/users/{}/identities", user.id)
}

async fn link(admin: &Client, user: &User, subject: &str) -> Reply {
    admin.post(&path(user), json!({ "issuer": ISSUER, "subject": subject })).await
}

#[tokio::test]
async fn a_linked_subject_signs_its_user_in_until_it_is_unlinked() {
    let office = Office::with_an_issuer_of_its_own().await;
    let mentee = office.world.mentee().await;
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, "UNAUTHORIZED");

    let linked = link(&office.admin, &mentee, "auth0|7").await;

    assert_eq!((linked.status, &linked.body["subject"]), (201, &json!("auth0|7")), "{}", linked.body);
    assert_eq!(office.admin.get(&path(&mentee)).await.body["data"], json!([linked.body]));
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, mentee.id.to_string());
    for (issuer, subject) in [
        (Some(ISSUER), "auth0|8"),
        (Some(ISSUER), "AUTH0|7"),
        (Some("https://login.test"), "auth0|7"),
        (None, "auth0|7"),
    ] {
        assert_eq!(office.comes_in_as(issuer, subject).await, "UNAUTHORIZED", "{issuer:?} {subject}");
    }
    let one = format!("{}/{}", path(&mentee), linked.body["id"].as_str().unwrap());
    assert_eq!(office.admin.send(Method::DELETE, &one, None).await.status, 204);
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, "UNAUTHORIZED");
    assert_eq!(office.admin.send(Method::DELETE, &one, None).await.outcome(), (404, "IDENTITY_NOT_FOUND"));
    let log = office.admin.get("/v1/admin/audit-log").await.body;
    let actions: Vec<&Value> = log["data"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["unlink_identity", "link_identity"]);
    assert!(!log.to_string().contains("auth0|7"), "who somebody is elsewhere is personal");
}

#[tokio::test]
async fn who_is_linked_still_comes_in_by_id_and_a_link_goes_before_an_id() {
    let office = Office::with_an_issuer_of_its_own().await;
    let (linked, other) = (office.world.mentee().await, office.world.mentor().await);
    link(&office.admin, &linked, "auth0|7").await;
    assert_eq!(office.comes_in_as(Some(ISSUER), &linked.id.to_string()).await, linked.id.to_string());
    assert_eq!(office.comes_in_as(None, &linked.id.to_string()).await, linked.id.to_string());

    // Nobody but an operator can bring this about.
    let by_hand = "INSERT INTO convene.user_identities (org_id, id, user_id, issuer, subject) VALUES ($1, convene.new_id($1), $2, $3, $4)";
    let subject = other.id.to_string();
    office.world.admin.execute(by_hand, &[&linked.org_id, &linked.id, &ISSUER, &subject]).await;

    assert_eq!(office.comes_in_as(Some(ISSUER), &subject).await, linked.id.to_string());
    assert_eq!(office.comes_in_as(None, &subject).await, subject);
    let off = json!({ "is_active": false, "suspension_reason": "On leave" });
    office.admin.send(Method::PATCH, &format!("/v1/admin/users/{}", linked.id), Some(off)).await;
    assert_eq!(office.comes_in_as(Some(ISSUER), &subject).await, "USER_INACTIVE", "and does not fall back to it");
}

#[tokio::test]
async fn a_subject_is_one_user_whatever_the_organization() {
    let office = Office::with_an_issuer_of_its_own().await;
    let world = &office.world;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let abroad = world.other_organization("abroad").await;
    let stranger = world.user_in(&abroad, "mentee").await;
    let their_admin = office.service.signed_in(world, &world.user_in(&abroad, "admin").await).await;
    assert_eq!(link(&office.admin, &mentee, "auth0|7").await.status, 201);

    for (admin, user, subject, outcome) in [
        (&office.admin, &mentor, "auth0|7", (409, "IDENTITY_TAKEN")),
        (&office.admin, &mentee, "auth0|7", (409, "IDENTITY_TAKEN")),
        (&their_admin, &stranger, "auth0|7", (404, "ISSUER_NOT_FOUND")),
        (&office.admin, &stranger, "auth0|8", (404, "USER_NOT_FOUND")),
        // An id is its user's already, wherever they are.
        (&office.admin, &mentor, &stranger.id.to_string(), (409, "IDENTITY_TAKEN")),
        (&office.admin, &mentor, &mentee.id.simple().to_string(), (409, "IDENTITY_TAKEN")),
        (&office.admin, &mentor, "", (400, "VALIDATION_ERROR")),
        (&office.admin, &mentor, &"x".repeat(256), (400, "VALIDATION_ERROR")),
        (&office.admin, &mentor, "auth0|\n9", (400, "VALIDATION_ERROR")),
        (&office.service.signed_in(world, &mentor).await, &mentor, "auth0|9", (403, "FORBIDDEN")),
    ] {
        assert_eq!(link(admin, user, subject).await.outcome(), outcome, "{subject}");
    }

    let listed = office.admin.get(&path(&mentee)).await.body;
    let one = format!("{}/{}", path(&mentee), listed["data"][0]["id"].as_str().unwrap());
    assert_eq!(their_admin.send(Method::DELETE, &one, None).await.outcome(), (404, "IDENTITY_NOT_FOUND"));
    assert_eq!(their_admin.get(&path(&mentee)).await.outcome(), (404, "USER_NOT_FOUND"));
    let other_user = one.replace(&mentee.id.to_string(), &mentor.id.to_string());
    assert_eq!(office.admin.send(Method::DELETE, &other_user, None).await.outcome(), (404, "IDENTITY_NOT_FOUND"));
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, mentee.id.to_string());
}

#[tokio::test]
async fn no_admin_claims_the_subjects_of_an_issuer_that_is_not_their_organizations() {
    let office = Office::open().await;
    let world = &office.world;
    let (rival, ceo) = (world.mentee().await, world.user_in(&world.other_organization("abroad").await, "mentor").await);
    let no = (404, "ISSUER_NOT_FOUND");
    assert_eq!(link(&office.admin, &rival, "auth0|ceo").await.outcome(), no, "it is nobody's");
    office.give_issuer(ISSUER, "abroad").await;
    assert_eq!(link(&office.admin, &rival, "auth0|ceo").await.outcome(), no, "it is another organization's");

    // The owner of an issuer can write any subject into a token, but only for its own people.
    assert_eq!(office.comes_in_as(Some(ISSUER), &ceo.id.to_string()).await, ceo.id.to_string());
    assert_eq!(office.comes_in_as(Some(ISSUER), &rival.id.to_string()).await, "UNAUTHORIZED");
    let rival = office.service.signed_in(world, &rival).await;
    assert_eq!(prove(&rival, &token(Some(ISSUER), "auth0|ceo")).await.outcome(), no);
}

#[tokio::test]
async fn whoever_shows_a_token_links_its_subject_to_themselves() {
    let office = Office::open().await;
    let world = &office.world;
    let (mentee, other) = (world.mentee().await, world.mentee().await);
    let (me, they) = (office.service.signed_in(world, &mentee).await, office.service.signed_in(world, &other).await);

    let linked = prove(&me, &token(Some(ISSUER), "auth0|7")).await;

    assert_eq!((linked.status, &linked.body["subject"]), (201, &json!("auth0|7")), "{}", linked.body);
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, mentee.id.to_string());
    assert_eq!(me.get("/v1/auth/identities").await.body["data"], json!([linked.body]));
    assert_eq!(they.get("/v1/auth/identities").await.body["data"], json!([]));
    assert_eq!(they.get(&path(&mentee)).await.outcome(), (403, "FORBIDDEN"));
    for (shown, outcome) in [
        (token(Some(ISSUER), "auth0|7"), (409, "IDENTITY_TAKEN")),
        (token(Some(ISSUER), &mentee.id.to_string()), (409, "IDENTITY_TAKEN")),
        (token(None, "auth0|8"), (400, "VALIDATION_ERROR")),
        (format!("{}x", token(Some(ISSUER), "auth0|8")), (400, "VALIDATION_ERROR")),
        ("x".repeat(5000), (400, "VALIDATION_ERROR")),
    ] {
        assert_eq!(prove(&they, &shown).await.outcome(), outcome, "{shown}");
    }
    let one = format!("/v1/auth/identities/{}", linked.body["id"].as_str().unwrap());
    assert_eq!(they.send(Method::DELETE, &one, None).await.outcome(), (404, "IDENTITY_NOT_FOUND"));
    assert_eq!(me.send(Method::DELETE, &one, None).await.status, 204);
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, "UNAUTHORIZED");
}

#[tokio::test]
async fn an_issuer_that_is_given_to_an_organization_means_its_users_only() {
    let office = Office::open().await;
    let world = &office.world;
    let (here, abroad) =
        (world.mentee().await, world.user_in(&world.other_organization("abroad").await, "mentee").await);
    for (user, subject) in [(&here, "auth0|1"), (&abroad, "auth0|2")] {
        let client = office.service.signed_in(world, user).await;
        assert_eq!(prove(&client, &token(Some(ISSUER), subject)).await.status, 201);
    }

    assert_eq!(office.give_issuer(ISSUER, "test").await, 1, "the link abroad ends");
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|1").await, here.id.to_string());
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|2").await, "UNAUTHORIZED");
    assert_eq!(office.give_issuer(ISSUER, "test").await, 0);

    let ended: i32 = world.admin.value("SELECT convene.take_issuer_back($1)", &[&ISSUER]).await;
    assert_eq!(ended, 1);
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|1").await, "UNAUTHORIZED");
    assert_eq!(link(&office.admin, &here, "auth0|1").await.outcome(), (404, "ISSUER_NOT_FOUND"));
}

#[tokio::test]
async fn an_erased_users_subject_signs_nobody_in_and_is_free() {
    let office = Office::with_an_issuer_of_its_own().await;
    let (mentee, next) = (office.world.mentee().await, office.world.mentee().await);
    link(&office.admin, &mentee, "auth0|7").await;

    let erased = office.admin.send(Method::DELETE, &format!("/v1/users/{}", mentee.id), None).await;

    assert!(erased.status < 300, "{}", erased.body);
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, "UNAUTHORIZED");
    assert_eq!(link(&office.admin, &mentee, "auth0|8").await.outcome(), (404, "USER_NOT_FOUND"));
    assert_eq!(link(&office.admin, &next, "auth0|7").await.status, 201);
    assert_eq!(office.comes_in_as(Some(ISSUER), "auth0|7").await, next.id.to_string());
}

#[tokio::test]
async fn nobody_is_linked_while_they_are_erased() {
    let world = World::new().await;
    let admin = world.user("admin").await;
    world.admin.execute("SELECT convene.give_issuer('test', $1)", &[&ISSUER]).await;
    for number in 0..10 {
        let mentee = world.mentee().await;
        let (linking, erasing) = (world.connect().await, world.connect().await);
        let identity = json!({ "p_actor_id": admin.id, "p_user_id": mentee.id, "p_issuer": ISSUER, "p_subject": number.to_string() });
        let erasure = json!({ "p_actor_id": admin.id, "p_user_id": mentee.id });

        let (_, erased) =
            tokio::join!(linking.call("link_identity", identity), erasing.call_one("erase_user", erasure));

        erased.unwrap();
        assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.user_identities", &[]).await, 0);
    }
}
