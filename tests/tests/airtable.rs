//! What records of Airtable make of people, whoever brings them.

use jiff::Timestamp;
use serde_json::{Value, json};
use support::directory::person;
use support::{User, World, days, hours, minutes};

/// The counts that are not zero.
fn counts(report: &Value) -> Value {
    let counts = report.as_object().unwrap().iter().filter(|(name, count)| *name != "problems" && **count != json!(0));
    counts.map(|(name, count)| (name.clone(), count.clone())).collect::<serde_json::Map<_, _>>().into()
}

/// `record field problem` of each.
fn problems(report: &Value) -> Vec<String> {
    let text = |problem: &Value, name: &str| problem[name].as_str().unwrap().to_owned();
    let problems = report["problems"].as_array().unwrap().iter();
    problems.map(|it| format!("{} {} {}", text(it, "record_id"), text(it, "field"), text(it, "problem"))).collect()
}

async fn told(world: &World, user: &User) -> Vec<String> {
    let sql = "SELECT kind || ': ' || message FROM convene.notices WHERE user_id = $1 ORDER BY created_at";
    world.admin.rows(sql, &[&user.id]).await.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_record_makes_a_user_of_all_that_it_says() {
    let world = World::new().await;
    let ada = json!({
        "Email": " Ada@home.test ", "Name": "Ada", "Role": "Mentor", "Status": "Active", "Title": "CTO",
        "Company": "Engines", "Bio": "Numbers", "LinkedIn": "https://linkedin.com/in/ada", "Phone": "+44 20",
        "Industries": ["Food", "Health"], "Technologies": ["Rust"], "Stage": "Seed",
    });
    let report = world.apply(world.org.id, &[("recAda", ada)]).await;
    assert_eq!(counts(&report), json!({ "created": 1 }), "{report}");
    let user = world.user_of("recAda").await;
    for (column, value) in [
        ("email", "Ada@home.test"),
        ("name", "Ada"),
        ("role", "mentor"),
        ("title", "CTO"),
        ("company", "Engines"),
        ("bio", "Numbers"),
        ("reputation_tier", "gold"),
    ] {
        assert_eq!(world.column(&user, column).await, value, "{column}");
    }
    assert_eq!(world.column(&user, "is_active").await, true);
    let tags =
        ["industry Food airtable", "industry Health airtable", "stage Seed airtable", "technology Rust airtable"];
    assert_eq!(world.tags_of(&user).await, tags);
    let url = "SELECT position || ' ' || label || ' ' || url FROM convene.user_urls WHERE user_id = $1";
    assert_eq!(world.admin.value::<String>(url, &[&user.id]).await, "1 LinkedIn https://linkedin.com/in/ada");
}

#[tokio::test]
async fn a_record_that_changes_changes_its_user_and_keeps_what_they_say_themselves() {
    let world = World::new().await;
    let mut ada = person("ada@home.test", "Mentor");
    ada["Technologies"] = json!(["Rust", "Web"]);
    ada["Bio"] = json!("Numbers");
    ada["LinkedIn"] = json!("https://linkedin.com/in/ada");
    world.apply(world.org.id, &[("recAda", ada.clone())]).await;
    let user = world.user_of("recAda").await;
    let manual = world.tag("technology", "Go").await;
    let tag = json!({ "p_actor_id": user.id, "p_user_id": user.id, "p_tag_ids": format!("{{{}}}", manual.id) });
    world.sql.call("set_user_tags", tag).await.unwrap();
    let site =
        json!([{ "label": "Site", "url": "https://ada.test" }, { "label": "linkedin", "url": "https://old.test" }]);
    let urls = json!({ "p_user_id": user.id, "p_urls": site.to_string() });
    world.sql.call("set_user_urls", urls).await.unwrap();

    ada["Email"] = json!("ada@work.test");
    ada["Role"] = json!("Coordinator");
    ada["Technologies"] = json!(["web", "C"]);
    ada.as_object_mut().unwrap().remove("Bio");
    let report = world.apply(world.org.id, &[("recAda", ada)]).await;

    assert_eq!(counts(&report), json!({ "updated": 1 }));
    assert_eq!(world.user_of("recAda").await.id, user.id);
    assert_eq!(world.role_of("ada@work.test").await, "coordinator");
    assert_eq!(world.column(&user, "bio").await, Value::Null);
    assert_eq!(
        world.tags_of(&user).await,
        ["technology C airtable", "technology Go manual", "technology Web airtable"]
    );
    let urls = "SELECT string_agg(url, ' ' ORDER BY position) FROM convene.user_urls WHERE user_id = $1";
    let urls: String = world.admin.value(urls, &[&user.id]).await;
    assert_eq!(urls, "https://ada.test https://linkedin.com/in/ada");
}

#[tokio::test]
async fn the_same_again_changes_nothing_not_even_what_people_changed_here() {
    let world = World::new().await;
    let ada = person("ada@home.test", "Mentor");
    world.apply(world.org.id, &[("recAda", ada.clone())]).await;
    let user = world.user_of("recAda").await;
    let changes = json!({ "p_user_id": user.id, "p_changes": { "name": "Countess", "title": "Lady" } });
    world.sql.call_one("update_profile", changes).await.unwrap();
    let report = world.apply(world.org.id, &[("recAda", ada)]).await;
    assert_eq!(counts(&report), json!({ "unchanged": 1 }));
    assert_eq!(world.column(&user, "name").await, "Countess");
}

#[tokio::test]
async fn what_is_older_than_what_was_applied_changes_nothing() {
    let world = World::new().await;
    let now = Timestamp::now();
    let (mentor, mentee) = (person("ada@home.test", "Mentor"), person("ada@home.test", "Mentee"));
    world.apply_as_of(world.org.id, now - minutes(1), &[("recAda", mentor.clone())]).await;
    for earlier in [minutes(1), minutes(2)] {
        for old in [mentee.clone(), Value::Null] {
            let report = world.apply_as_of(world.org.id, now - earlier, &[("recAda", old)]).await;
            assert_eq!(counts(&report), json!({ "stale": 1 }));
        }
    }
    assert_eq!(world.role_of("ada@home.test").await, "mentor");
    world.apply_as_of(world.org.id, now, &[("recAda", Value::Null)]).await;
    let late = world.apply_as_of(world.org.id, now - minutes(1), &[("recAda", mentor)]).await;
    assert_eq!((counts(&late), world.role_of("ada@home.test").await), (json!({ "stale": 1 }), String::new()));
    // Also of a record that was deleted before anybody heard of it.
    world.apply_as_of(world.org.id, now, &[("recBob", Value::Null)]).await;
    let late = world.apply_as_of(world.org.id, now - minutes(1), &[("recBob", person("bob@x.test", "Mentee"))]).await;
    assert_eq!((counts(&late), world.role_of("bob@x.test").await), (json!({ "stale": 1 }), String::new()));
}

#[tokio::test]
async fn somebody_who_is_there_already_is_taken_over_by_their_address() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let report = world.apply(world.org.id, &[("recOld", person(&mentee.email.to_uppercase(), "Mentor"))]).await;
    assert_eq!(counts(&report), json!({ "updated": 1 }));
    assert_eq!(
        (world.user_of("recOld").await.id, world.role_of(&mentee.email).await),
        (mentee.id, "mentor".to_owned())
    );
}

#[tokio::test]
async fn airtable_neither_makes_nor_changes_admins() {
    let world = World::new().await;
    let admin = world.user("admin").await;
    let records = [("recRoot", person(&admin.email, "Mentee")), ("recEve", person("e@x.test", "Admin"))];
    let report = world.apply(world.org.id, &records).await;
    assert_eq!(counts(&report), json!({ "created": 1, "skipped": 1 }));
    assert_eq!(
        problems(&report),
        [
            "recRoot Email is an admin's, whom Airtable does not change",
            "recEve Role is none of Mentee, Mentor and Coordinator: taken for Mentee",
        ]
    );
    assert_eq!((world.role_of(&admin.email).await, world.role_of("e@x.test").await), ("admin".into(), "mentee".into()));
    // Who became one is no longer Airtable's to change or remove.
    let eve = world.user_of("recEve").await;
    world.admin.execute("UPDATE convene.users SET role = 'admin' WHERE id = $1", &[&eve.id]).await;
    for record in [person("e@x.test", "Mentee"), Value::Null] {
        assert_eq!(counts(&world.apply(world.org.id, &[("recEve", record)]).await), json!({ "skipped": 1 }));
    }
    assert_eq!(world.role_of("e@x.test").await, "admin");
}

#[tokio::test]
async fn what_cannot_be_used_is_left_out_and_named_and_the_rest_applied() {
    let world = World::new().await;
    let taken = world.mentee().await;
    world.apply(world.org.id, &[("recTaken", person(&taken.email, "Mentee"))]).await;
    let bad = json!({
        "Email": "bob@x.test", "Name": "x".repeat(201), "Role": "Mentor", "Status": "Active", "Title": 7,
        "LinkedIn": "linkedin.com/in/bob", "Industries": ["Food", 5, "y".repeat(101)], "Stage": { "a": 1 },
    });
    let records =
        [("recBob", bad), ("recNobody", json!({ "Name": "Nobody" })), ("recTwin", person(&taken.email, "Mentor"))];
    let report = world.apply(world.org.id, &records).await;
    assert_eq!(counts(&report), json!({ "created": 1, "skipped": 2 }));
    assert_eq!(
        problems(&report),
        [
            "recBob Name must have at most 200 characters",
            "recBob Title must be text",
            "recBob LinkedIn must start with http:// or https://",
            "recBob Industries must be words",
            "recBob Industries has a word of more than 100 characters",
            "recBob Stage must be a list of words",
            "recNobody Email is empty",
            "recTwin Email is taken by another user",
        ]
    );
    let bob = world.user_of("recBob").await;
    assert_eq!((world.column(&bob, "name").await, world.role_of("bob@x.test").await), (json!("bob"), "mentor".into()));
    assert_eq!(world.tags_of(&bob).await, ["industry Food airtable"]);
    // An address that is taken stays as it was, and is tried again while the record says the same.
    let renamed = person(&taken.email, "Coordinator");
    let report = world.apply(world.org.id, &[("recBob", renamed.clone())]).await;
    assert_eq!(problems(&report), ["recBob Email is taken by another user"]);
    assert_eq!(world.role_of("bob@x.test").await, "coordinator");
    world.apply(world.org.id, &[("recTaken", Value::Null)]).await;
    world.apply(world.org.id, &[("recBob", renamed)]).await;
    assert_eq!(world.user_of("recBob").await.email, taken.email);
}

#[tokio::test]
async fn whoever_is_not_active_is_switched_off_and_signed_out() {
    let world = World::new().await;
    world.apply(world.org.id, &[("recAda", person("ada@home.test", "Mentee"))]).await;
    let ada = world.user_of("recAda").await;
    support::service::open_session(&world, &ada).await;
    let mut off = person("ada@home.test", "Mentee");
    off["Status"] = json!("Left");
    world.apply(world.org.id, &[("recAda", off)]).await;
    assert_eq!(world.role_of("ada@home.test").await, "mentee (off)");
    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.sessions", &[]).await, 0);
    world.apply(world.org.id, &[("recAda", person("ada@home.test", "Mentee"))]).await;
    assert_eq!(world.role_of("ada@home.test").await, "mentee");
}

#[tokio::test]
async fn whose_record_is_gone_is_removed_and_their_future_meetings_are_canceled_with_notice() {
    let world = World::new().await;
    let (mentor, other) = (world.mentor().await, world.mentor().await);
    let (mentee, coordinator) = (world.mentee().await, world.coordinator().await);
    world.apply(world.org.id, &[("recMentor", person(&mentor.email, "Mentor"))]).await;
    world.apply(world.org.id, &[("recMentee", person(&mentee.email, "Mentee"))]).await;
    let ahead = world.booking(&mentee, &mentor, days(1)).await;
    let past = world.completed_booking(&mentee, &mentor).await;
    let slot = world.slot(&other, days(2)).await;
    let with_other = world.book(&mentee, &slot).await.unwrap();
    let free = world.slot(&mentor, days(3)).await;
    world.sql.run("SELECT convene.dispatch_events()").await;
    world.admin.run("DELETE FROM convene.notification_log").await;

    let report = world.apply(world.org.id, &[("recMentor", Value::Null), ("recMentee", Value::Null)]).await;

    assert_eq!(counts(&report), json!({ "removed": 2 }));
    let status = "SELECT string_agg(status, ' ' ORDER BY start_time) FROM convene.bookings WHERE id = ANY ($1)";
    let ids = vec![past.id(), ahead.id(), with_other.id()];
    assert_eq!(world.admin.value::<String>(status, &[&ids]).await, "completed canceled canceled");
    let history = "SELECT event || ' ' || (actor_id IS NULL) FROM convene.booking_events WHERE booking_id = $1 ORDER BY seq DESC LIMIT 1";
    assert_eq!(world.admin.value::<String>(history, &[&with_other.id()]).await, "canceled true");
    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.reputation_penalties", &[]).await, 0);
    // What the mentor offered is gone; the other's slot is free again.
    let left = "SELECT count(*) FROM convene.time_slots WHERE id = $1 AND deleted_at IS NULL";
    assert_eq!(world.admin.value::<i64>(left, &[&free.id]).await, 0);
    let another = world.mentee().await;
    assert_eq!(world.reasons(&another, &slot).await, [] as [&str; 0]);

    world.sql.run("SELECT convene.dispatch_events()").await;
    let told_other = told(&world, &other).await;
    assert_eq!(told_other.len(), 1);
    assert!(
        told_other[0].starts_with("booking_canceled: Convene canceled your meeting with The Mentee on "),
        "{told_other:?}"
    );
    let mut told_coordinator = told(&world, &coordinator).await;
    told_coordinator.sort();
    assert_eq!(
        told_coordinator,
        [
            "user_removed: The Mentee is no longer in Airtable and was removed. 2 meetings were canceled, and the other participants are told.",
            "user_removed: The Mentor is no longer in Airtable and was removed. A meeting was canceled, and the other participants are told.",
        ]
    );
    assert_eq!(told(&world, &mentee).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_record_that_is_back_brings_its_user_back_without_the_meetings() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let mentor = world.mentor().await;
    world.apply(world.org.id, &[("recAda", person(&mentee.email, "Mentee"))]).await;
    let booking = world.booking(&mentee, &mentor, hours(30)).await;
    world.apply(world.org.id, &[("recAda", Value::Null)]).await;
    assert_eq!(world.role_of(&mentee.email).await, "");
    let report = world.apply(world.org.id, &[("recAda", person(&mentee.email, "Mentee"))]).await;
    assert_eq!((counts(&report), world.role_of(&mentee.email).await), (json!({ "updated": 1 }), "mentee".to_owned()));
    assert_eq!(world.user_of("recAda").await.id, mentee.id);
    let status: String = world.admin.value("SELECT status FROM convene.bookings WHERE id = $1", &[&booking.id()]).await;
    assert_eq!(status, "canceled");
}

#[tokio::test]
async fn a_record_made_anew_on_the_same_page_takes_the_address_of_the_one_that_is_gone() {
    let world = World::new().await;
    world.apply(world.org.id, &[("recOld", person("ada@home.test", "Mentee"))]).await;
    let report =
        world.apply(world.org.id, &[("recNew", person("ada@home.test", "Mentor")), ("recOld", Value::Null)]).await;
    assert_eq!(
        (counts(&report), world.role_of("ada@home.test").await),
        (json!({ "created": 1, "removed": 1 }), "mentor".into())
    );
}

#[tokio::test]
async fn whoever_was_erased_stays_so_whatever_their_record_says() {
    let world = World::new().await;
    let admin = world.user("admin").await;
    world.apply(world.org.id, &[("recAda", person("ada@home.test", "Mentee"))]).await;
    let ada = world.user_of("recAda").await;
    world.sql.call_one("erase_user", json!({ "p_actor_id": admin.id, "p_user_id": ada.id })).await.unwrap();
    let report = world.apply(world.org.id, &[("recAda", person("ada@home.test", "Mentor"))]).await;
    assert_eq!(problems(&report), ["recAda Email is of somebody whose data was erased"]);
    assert_eq!(
        (world.role_of("ada@home.test").await, world.column(&ada, "name").await),
        (String::new(), json!("Erased user"))
    );
}

#[tokio::test]
async fn the_notice_of_somebodys_removal_forgets_them_when_they_are_erased() {
    let world = World::new().await;
    let (admin, coordinator) = (world.user("admin").await, world.coordinator().await);
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.apply(world.org.id, &[("recAda", person(&mentee.email, "Mentee"))]).await;
    world.booking(&mentee, &mentor, days(1)).await;
    world.apply(world.org.id, &[("recAda", Value::Null)]).await;
    assert!(told(&world, &coordinator).await[0].contains("The Mentee"));
    world.sql.call_one("erase_user", json!({ "p_actor_id": admin.id, "p_user_id": mentee.id })).await.unwrap();
    assert_eq!(
        told(&world, &coordinator).await,
        [
            "user_removed: Erased user is no longer in Airtable and was removed. A meeting was canceled, and the other participants are told."
        ]
    );
}

#[tokio::test]
async fn one_organizations_records_say_nothing_in_another() {
    let world = World::new().await;
    let abroad = world.other_organization("abroad").await;
    let theirs = world.user_in(&abroad, "mentor").await;
    world.apply(abroad.id, &[("recAda", person(&theirs.email, "Mentor"))]).await;
    let before = world.column(&theirs, "updated_at").await;
    let mut ours = person(&theirs.email, "Mentee");
    ours["Industries"] = json!(["Food"]);
    let report = world.apply(world.org.id, &[("recAda", ours)]).await;
    assert_eq!(counts(&report), json!({ "created": 1 }));
    world.apply(world.org.id, &[("recAda", Value::Null)]).await;
    assert_eq!((world.column(&theirs, "updated_at").await, world.tags_of(&theirs).await), (before, vec![]));
    assert_eq!(world.role_of(&theirs.email).await, "mentor");
}

#[tokio::test]
async fn two_pages_at_once_about_the_same_people_are_applied_one_after_the_other() {
    let world = World::new().await;
    let source = world.airtable_source(world.org.id).await;
    let people: Vec<String> = (0..30).map(|number| format!("p{number}@x.test")).collect();
    let records = |role: &str, reversed: bool| -> Value {
        let mut records: Vec<Value> = people
            .iter()
            .enumerate()
            .map(|(number, email)| json!({ "id": format!("rec{number}"), "fields": person(email, role) }))
            .collect();
        if reversed {
            records.reverse();
        }
        records.into()
    };
    let (one, two) = (world.connect().await, world.connect().await);
    for round in 0..5 {
        let sql = "SELECT convene.apply_airtable_push($1, $2, clock_timestamp(), $3)";
        let (first, second) = (records("Mentor", false), records("Mentee", round % 2 == 0));
        let (key, source) = (world.org.id, source);
        tokio::join!(async { one.rows(sql, &[&key, &source, &first]).await }, async {
            two.rows(sql, &[&key, &source, &second]).await
        },);
    }
    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.users", &[]).await, 30);
    let roles = "SELECT count(DISTINCT role) FROM convene.users";
    assert_eq!(world.admin.value::<i64>(roles, &[]).await, 1);
}

#[tokio::test]
async fn whoever_books_somebody_at_the_moment_of_their_removal_has_no_meeting_with_them() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let source = world.airtable_source(world.org.id).await;
    let (booking, removing) = (world.connect().await, world.connect().await);
    for round in 0..10 {
        let (mentor, mentee) = (world.mentor().await, world.mentee().await);
        let record = format!("rec{round}");
        world.apply(world.org.id, &[(&record, person(&mentor.email, "Mentor"))]).await;
        world.booking(&mentee, &mentor, days(1)).await;
        let slot = world.slot(&mentor, days(2)).await;
        let gone = json!([{ "id": record }]);
        let sql = "SELECT convene.apply_airtable_push($1, $2, clock_timestamp(), $3)";
        let (booked, _) =
            tokio::join!(booking.call("create_booking_atomic", support::world::booking_of(&mentee, &slot)), async {
                removing.rows(sql, &[&world.org.id, &source, &gone]).await
            },);
        if let Err(refused) = booked {
            let codes = ["MENTOR_NOT_AVAILABLE", "SLOT_WITHDRAWN", "SLOT_NOT_FOUND"];
            assert!(codes.contains(&refused.code.as_str()), "{refused:?}");
        }
        let left = "SELECT count(*) FROM convene.office_hours_bookings WHERE mentor_id = $1 AND status <> 'canceled'";
        assert_eq!(world.admin.value::<i64>(left, &[&mentor.id]).await, 0);
    }
}
