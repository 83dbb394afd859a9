//! The last admin stays, and the record of what staff did stays true.

use serde_json::{Value, json};
use support::availability::{fields, in_days};
use support::{Refused, User, World, days};

async fn erase(world: &World, actor: &User, user: &User) -> Result<Value, Refused> {
    world.sql.call_one("erase_user", json!({ "p_actor_id": actor.id, "p_user_id": user.id })).await
}

async fn set_role(world: &World, admin: &User, user: &User, role: &str) {
    let change = json!({ "p_actor_id": admin.id, "p_user_id": user.id, "p_changes": { "role": role } });
    world.sql.call("change_user", change).await.unwrap();
}

/// Newest first, without the changes of roles by which a test sets its scene.
async fn log(world: &World, admin: &User) -> Vec<(String, Value)> {
    let sql = "SELECT action, details FROM convene.list_audit_log($1) WHERE action <> 'change_user'";
    world.admin.rows(sql, &[&admin.id]).await.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn actions(log: &[(String, Value)]) -> Vec<&str> {
    log.iter().map(|(action, _)| action.as_str()).collect()
}

#[tokio::test]
async fn the_last_admin_is_not_erased_even_by_themselves() {
    let world = World::new().await;
    let (admin, other) = (world.user("admin").await, world.user("admin").await);
    erase(&world, &admin, &other).await.unwrap();

    assert_eq!(erase(&world, &admin, &admin).await.unwrap_err().code, "LAST_ADMIN");

    erase(&world, &admin, &world.mentee().await).await.unwrap();
    world.user("admin").await;
    erase(&world, &admin, &admin).await.unwrap();
}

#[tokio::test]
async fn an_admin_who_is_switched_off_is_no_other_admin() {
    let world = World::new().await;
    let (admin, other) = (world.user("admin").await, world.user("admin").await);
    let off = json!({ "p_actor_id": admin.id, "p_user_id": other.id, "p_changes": { "is_active": false, "suspension_reason": "On leave" } });
    world.sql.call("change_user", off).await.unwrap();

    assert_eq!(erase(&world, &admin, &admin).await.unwrap_err().code, "LAST_ADMIN");

    erase(&world, &admin, &other).await.unwrap();
}

#[tokio::test]
async fn of_two_admins_who_leave_at_once_one_stays() {
    let world = World::new().await;
    for _ in 0..5 {
        let (first, second) = (world.user("admin").await, world.user("admin").await);
        let (one, two) = (world.connect().await, world.connect().await);
        let itself = |user: &User| json!({ "p_actor_id": user.id, "p_user_id": user.id });
        let demote = json!({ "p_actor_id": first.id, "p_user_id": first.id, "p_changes": { "role": "mentee" } });
        let (demoted, erased) =
            tokio::join!(one.call("change_user", demote), two.call_one("erase_user", itself(&second)));
        let refused: Vec<String> =
            [demoted.err(), erased.err()].into_iter().flatten().map(|refused| refused.code).collect();
        assert_eq!(refused, ["LAST_ADMIN"]);
        let admins = "SELECT count(*) FROM convene.users WHERE role = 'admin' AND is_active AND deleted_at IS NULL";
        assert_eq!(world.admin.value::<i64>(admins, &[]).await, 1);
        world.admin.execute("UPDATE convene.users SET role = 'mentee'", &[]).await;
    }
}

#[tokio::test]
async fn what_somebody_did_as_staff_stays_on_record_when_they_are_no_longer() {
    let world = World::new().await;
    let (admin, coordinator) = (world.user("admin").await, world.coordinator().await);
    let booking = world.booking(&world.mentee().await, &world.mentor().await, days(2)).await;
    world.cancel(&booking, &coordinator).await.unwrap();
    assert_eq!(actions(&log(&world, &admin).await), ["booking_canceled"]);

    set_role(&world, &admin, &coordinator, "mentee").await;

    assert_eq!(actions(&log(&world, &admin).await), ["booking_canceled"]);
    erase(&world, &admin, &coordinator).await.unwrap();
    assert_eq!(actions(&log(&world, &admin).await), ["erase_user", "booking_canceled"]);
}

#[tokio::test]
async fn what_mentors_did_to_their_own_bookings_is_not_on_record_when_they_become_staff() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (admin, coordinator) = (world.user("admin").await, world.coordinator().await);
    let (mentee, mentor, other) = (world.mentee().await, world.mentor().await, world.mentor().await);
    let own = world.booking(&mentee, &mentor, days(2)).await;
    world.cancel(&own, &mentor).await.unwrap();
    let given = world.request(&mentee, &mentor, days(3)).await;
    world.confirm(&given, &mentor).await.unwrap();
    let slot = world.slot(&other, days(4)).await;
    world.reassign(&given, &coordinator, &slot).await.unwrap();

    set_role(&world, &admin, &mentor, "coordinator").await;

    assert_eq!(actions(&log(&world, &admin).await), ["booking_reassigned"]);
}

#[tokio::test]
async fn the_record_says_what_staff_changed_of_a_mentors_time_and_not_what_mentors_did() {
    let world = World::new().await;
    let (admin, mentor) = (world.user("admin").await, world.mentor().await);
    let own = world.block(&mentor, json!({})).await;
    world.delete_block(&mentor, &own).await.unwrap();
    assert!(log(&world, &admin).await.is_empty());

    let block = world.make_block(&admin, &mentor, fields(json!({}))).await.unwrap();
    world.change_block(&admin, &block, json!({ "slot_minutes": 60 })).await.unwrap();
    world.deactivate_block(&admin, &block).await.unwrap();
    world.delete_block(&admin, &block).await.unwrap();
    world.take_off(&admin, &mentor, in_days(9)).await.unwrap();
    world.give_back(&admin, &mentor, in_days(9)).await.unwrap();

    let of = |changed: Value| json!({ "mentor_id": mentor.id, "fields": changed });
    let day = json!({ "day": in_days(9).to_string() });
    let wanted = [
        ("remove_blackout_date", day.clone()),
        ("add_blackout_date", day),
        ("delete_availability_block", of(json!([]))),
        ("change_availability_block", of(json!(["is_active"]))),
        ("change_availability_block", of(json!(["slot_minutes"]))),
        ("create_availability_block", of(json!([]))),
    ];
    assert_eq!(log(&world, &admin).await, wanted.map(|(action, details)| (action.to_owned(), details)));
}

#[tokio::test]
async fn the_record_says_that_staff_made_tags_and_gave_them() {
    let world = World::new().await;
    let (admin, mentee) = (world.user("admin").await, world.mentee().await);
    let tag = json!({ "p_actor_id": admin.id, "p_kind": "industry", "p_name": "Space" });
    let made = world.sql.call_one("create_tag", tag.clone()).await.unwrap();
    world.sql.call_one("create_tag", tag).await.unwrap();
    let give = |actor: &User, tags: Value| json!({ "p_actor_id": actor.id, "p_user_id": mentee.id, "p_tag_ids": tags });

    world
        .sql
        .call("set_user_tags", give(&admin, json!(format!("{{{}}}", made["id"].as_str().unwrap()))))
        .await
        .unwrap();
    world.sql.call("set_user_tags", give(&mentee, json!("{}"))).await.unwrap();

    let wanted = [
        ("set_user_tags", json!({ "added": 1, "removed": 0 })),
        ("create_tag", json!({ "kind": "industry", "name": "Space" })),
    ];
    assert_eq!(log(&world, &admin).await, wanted.map(|(action, details)| (action.to_owned(), details)));
}
