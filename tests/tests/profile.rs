//! What users say about themselves.

use serde_json::{Value, json};
use support::{Refused, User, World, days};

async fn change(world: &World, user: &User, changes: Value) -> Result<Value, Refused> {
    world.sql.call_one("update_profile", json!({ "p_user_id": user.id, "p_changes": changes })).await
}

/// `p_urls` is a list of objects, written as JSON text.
async fn set_urls(world: &World, user: &User, urls: Value) -> Result<Vec<Value>, Refused> {
    world.sql.call("set_user_urls", json!({ "p_user_id": user.id, "p_urls": urls.to_string() })).await
}

async fn urls_seen_by(world: &World, actor: &User, user: &User) -> Result<Vec<Value>, Refused> {
    world.sql.call("list_user_urls", json!({ "p_user_id": user.id, "p_actor_id": actor.id })).await
}

/// Not active for long, and known for it.
async fn dormant(world: &World, user: User) -> User {
    let sql =
        "UPDATE convene.users SET last_activity_at = now() - interval '100 days', dormant_since = now() WHERE id = $1";
    world.admin.execute(sql, &[&user.id]).await;
    user
}

async fn is_awake(world: &World, user: &User) -> bool {
    let sql = "SELECT dormant_since IS NULL AND last_activity_at > now() - interval '1 minute' FROM convene.users WHERE id = $1";
    world.admin.value(sql, &[&user.id]).await
}

fn url(n: usize) -> Value {
    json!({ "label": format!("Site {n}"), "url": format!("https://example.org/{n}") })
}

#[tokio::test]
async fn a_profile_is_changed_field_by_field_and_returned_as_the_user_is_seen() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let changes = json!({ "name": "Priya", "title": "Partner", "company": "Raman & Co", "bio": "Pricing",
        "time_zone": "asia/kolkata" });

    let changed = change(&world, &mentor, changes).await.unwrap();

    let me = json!({ "p_user_id": mentor.id, "p_actor_id": mentor.id });
    assert_eq!(changed, world.sql.call_one("get_user", me).await.unwrap());
    assert_eq!(
        (&changed["name"], &changed["title"], &changed["company"], &changed["bio"], &changed["time_zone"]),
        (&json!("Priya"), &json!("Partner"), &json!("Raman & Co"), &json!("Pricing"), &json!("Asia/Kolkata"))
    );
    let cleared = change(&world, &mentor, json!({ "title": null, "bio": "" })).await.unwrap();
    assert_eq!(
        (&cleared["name"], &cleared["title"], &cleared["company"], &cleared["bio"]),
        (&json!("Priya"), &Value::Null, &json!("Raman & Co"), &Value::Null)
    );
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let before = world.snapshot().await;
    for (changes, code, field) in [
        (json!({ "name": "Lena", "email": "new@b.test" }), "VALIDATION_ERROR", json!("email")),
        (json!({ "name": "Lena", "bio": "x".repeat(2001) }), "VALIDATION_ERROR", json!("bio")),
        (json!({ "name": null }), "VALIDATION_ERROR", json!("name")),
        (json!({ "name": "Lena", "time_zone": "Mars/Olympus" }), "INVALID_TIME_ZONE", Value::Null),
    ] {
        let no = change(&world, &mentee, changes).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), (code, &field));
    }
    let too_many: Vec<Value> = (1..=11).map(url).collect();
    assert_eq!(set_urls(&world, &mentee, json!(too_many)).await.unwrap_err().details["field"], "urls");
    let unsafe_one = json!([url(1), { "label": "Click", "url": "javascript:alert(1)" }]);
    assert_eq!(set_urls(&world, &mentee, unsafe_one).await.unwrap_err().details["field"], "urls[1].url");
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn changes_of_different_fields_at_once_are_both_kept() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let (one, other) = (world.connect().await, world.connect().await);
    let with = |changes: Value| json!({ "p_user_id": mentee.id, "p_changes": changes });
    one.run("BEGIN").await;
    one.call_one("update_profile", with(json!({ "title": "Founder" }))).await.unwrap();

    let second = other.call_one("update_profile", with(json!({ "company": "Beetgold" })));
    let first = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        one.run("COMMIT").await;
    };
    let (second, ()) = tokio::join!(second, first);

    let changed = second.unwrap();
    assert_eq!((&changed["title"], &changed["company"]), (&json!("Founder"), &json!("Beetgold")));
}

#[tokio::test]
async fn addresses_are_replaced_as_a_whole_and_keep_their_order() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    set_urls(&world, &mentee, json!((1..=10).map(url).collect::<Vec<_>>())).await.unwrap();

    let kept = set_urls(&world, &mentee, json!([url(7), url(2)])).await.unwrap();

    let shown = json!([
        { "position": 1, "label": "Site 7", "url": "https://example.org/7" },
        { "position": 2, "label": "Site 2", "url": "https://example.org/2" },
    ]);
    assert_eq!(json!(kept), shown);
    assert_eq!(json!(urls_seen_by(&world, &mentee, &mentee).await.unwrap()), shown);
    set_urls(&world, &mentee, json!([])).await.unwrap();
    assert_eq!(urls_seen_by(&world, &mentee, &mentee).await.unwrap(), [] as [Value; 0]);
}

#[tokio::test]
async fn addresses_are_shown_to_those_who_see_the_user() {
    let world = World::new().await;
    let (mentee, mentor, other) = (world.mentee().await, world.mentor().await, world.mentor().await);
    let stranger = world.user_in(&world.other_organization("abroad").await, "coordinator").await;
    for user in [&mentee, &mentor] {
        set_urls(&world, user, json!([url(1)])).await.unwrap();
    }
    assert_eq!(urls_seen_by(&world, &mentee, &mentor).await.unwrap().len(), 1);
    assert_eq!(urls_seen_by(&world, &world.coordinator().await, &mentee).await.unwrap().len(), 1);
    assert_eq!(urls_seen_by(&world, &other, &mentee).await.unwrap_err().code, "USER_NOT_FOUND");
    assert_eq!(urls_seen_by(&world, &stranger, &mentor).await.unwrap_err().code, "USER_NOT_FOUND");
    world.booking(&mentee, &other, days(2)).await;
    assert_eq!(urls_seen_by(&world, &other, &mentee).await.unwrap().len(), 1);
}

#[tokio::test]
async fn tending_to_a_profile_wakes_the_dormant() {
    let world = World::new().await;
    let (one, other) = (dormant(&world, world.mentee().await).await, dormant(&world, world.mentor().await).await);
    change(&world, &one, json!({})).await.unwrap();
    set_urls(&world, &other, json!([url(1)])).await.unwrap();
    assert!(is_awake(&world, &one).await && is_awake(&world, &other).await);
}

#[tokio::test]
async fn whatever_someone_does_to_a_booking_wakes_them_and_nobody_else() {
    let world = World::new().await;
    let asleep = async || (dormant(&world, world.mentee().await).await, dormant(&world, world.mentor().await).await);

    let (mentee, mentor) = asleep().await;
    let request = world.request(&mentee, &mentor, days(2)).await;
    assert!(is_awake(&world, &mentee).await && !is_awake(&world, &mentor).await, "booking");
    world.confirm(&request, &mentor).await.unwrap();
    assert!(is_awake(&world, &mentor).await, "confirming");
    dormant(&world, mentee.clone()).await;
    world.reschedule(&request, &mentee, &world.slot(&mentor, days(3)).await).await.unwrap();
    assert!(is_awake(&world, &mentee).await, "moving");
    dormant(&world, mentor.clone()).await;
    world.cancel(&request, &mentor).await.unwrap();
    assert!(is_awake(&world, &mentor).await, "canceling");

    let (mentee, mentor) = asleep().await;
    let completed = world.completed_booking(&mentee, &mentor).await;
    dormant(&world, mentee.clone()).await;
    world.rate(&completed, &mentee, 5).await.unwrap();
    assert!(is_awake(&world, &mentee).await, "rating");
    assert!(is_awake(&world, &mentor).await, "completing");
}

#[tokio::test]
async fn a_refused_attempt_wakes_nobody() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let other = dormant(&world, world.mentee().await).await;
    world.cancel(&booking, &other).await.unwrap_err();
    assert!(!is_awake(&world, &other).await);
}
