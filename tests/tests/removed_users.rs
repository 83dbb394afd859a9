//! Somebody who is removed or switched off does nothing more, and nothing makes them active again.

use serde_json::{Value, json};
use support::{User, World, days};

/// When they were last active, and since when they are dormant.
async fn activity(world: &World, user: &User) -> Value {
    let sql = "SELECT jsonb_build_array(last_activity_at, dormant_since) AS activity FROM convene.users WHERE id = $1";
    world.admin.json(sql, &[&user.id]).await["activity"].clone()
}

async fn fall_asleep(world: &World, user: &User) {
    let sql =
        "UPDATE convene.users SET last_activity_at = now() - interval '100 days', dormant_since = now() WHERE id = $1";
    world.admin.execute(sql, &[&user.id]).await;
}

async fn until_somebody_waits(world: &World) {
    let sql = "SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'convene_service' AND wait_event_type = 'Lock')";
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !world.admin.value::<bool>(sql, &[]).await {
        assert!(std::time::Instant::now() < deadline, "nobody waits");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn whoever_is_removed_while_their_call_waits_is_refused_and_stays_dormant() {
    let world = World::new().await;
    let urls = json!([{ "label": "Site", "url": "https://example.org" }]).to_string();
    for change in ["deleted_at = clock_timestamp(), is_active = false", "is_active = false"] {
        for function in
            ["set_user_urls", "update_profile", "cancel_booking", "create_booking_atomic", "request_tier_override"]
        {
            let (mentee, mentor) = (world.mentee().await, world.mentor().await);
            let booking = world.booking(&mentee, &mentor, days(2)).await;
            let platinum = world.with_tier(mentor, "platinum").await;
            let slot = world.slot(&platinum, days(3)).await;
            let mentee = world.with_tier(mentee, "bronze").await;
            let arguments = match function {
                "set_user_urls" => json!({ "p_user_id": mentee.id, "p_urls": urls }),
                "update_profile" => json!({ "p_user_id": mentee.id, "p_changes": { "title": "Back again" } }),
                "cancel_booking" => json!({ "p_booking_id": booking.id(), "p_actor_id": mentee.id }),
                "create_booking_atomic" => support::world::booking_of(&mentee, &slot),
                _ => {
                    json!({ "p_mentee_id": mentee.id, "p_mentor_id": platinum.id, "p_reason": "They wrote the book on it" })
                }
            };
            fall_asleep(&world, &mentee).await;
            let remover = support::sql::Sql::connect(&world.database.admin()).await;
            remover.run("BEGIN").await;
            let sql = format!("UPDATE convene.users SET {change} WHERE id = $1");
            remover.execute(&sql, &[&mentee.id]).await;
            let before = activity(&world, &mentee).await;

            let call = world.sql.call(function, arguments);
            let (outcome, ()) = tokio::join!(call, async {
                until_somebody_waits(&world).await;
                remover.run("COMMIT").await;
            });

            assert_eq!(outcome.unwrap_err().code, "USER_INACTIVE", "{function}, {change}");
            assert_eq!(activity(&world, &mentee).await, before, "{function}, {change}");
        }
    }
    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.user_urls", &[]).await, 0);
}

#[tokio::test]
async fn being_removed_by_others_wakes_nobody() {
    let world = World::new().await;
    let (mentee, admin) = (world.mentee().await, world.user("admin").await);
    world.booking(&mentee, &world.mentor().await, days(2)).await;
    fall_asleep(&world, &mentee).await;
    let before = activity(&world, &mentee).await;

    let erasure = json!({ "p_actor_id": admin.id, "p_user_id": mentee.id });
    world.sql.call_one("erase_user", erasure).await.unwrap();

    assert_eq!(activity(&world, &mentee).await[0], before[0]);
    world.admin.execute("SELECT convene.note_activity($1, $2)", &[&mentee.org_id, &mentee.id]).await;
    assert_eq!(activity(&world, &mentee).await[0], before[0], "also where a sign-in comes through");
}

#[tokio::test]
async fn an_admin_who_is_demoted_or_switched_off_while_their_call_waits_changes_and_erases_nobody() {
    let world = World::new().await;
    world.user("admin").await;
    for (change, code) in [("role = 'mentee'", "NOT_AUTHORIZED"), ("is_active = false", "USER_INACTIVE")] {
        for function in ["change_user", "erase_user"] {
            let (admin, mentee) = (world.user("admin").await, world.mentee().await);
            let mut arguments = json!({ "p_actor_id": admin.id, "p_user_id": mentee.id });
            if function == "change_user" {
                arguments["p_changes"] = json!({ "role": "admin" });
            }
            let demoter = support::sql::Sql::connect(&world.database.admin()).await;
            demoter.run("BEGIN").await;
            demoter.execute(&format!("UPDATE convene.users SET {change} WHERE id = $1"), &[&admin.id]).await;

            let call = world.sql.call(function, arguments);
            let (outcome, ()) = tokio::join!(call, async {
                until_somebody_waits(&world).await;
                demoter.run("COMMIT").await;
            });

            assert_eq!(outcome.unwrap_err().code, code, "{function}, {change}");
            let kept =
                world.admin.json("SELECT role, deleted_at FROM convene.users WHERE id = $1", &[&mentee.id]).await;
            assert_eq!(kept, json!({ "role": "mentee", "deleted_at": null }), "{function}, {change}");
        }
    }
}

#[tokio::test]
async fn functions_ask_in_one_place_who_is_active() {
    let world = World::new().await;
    // Blocks and event types, too, have a column of that name: they are `a` and `b`, and `t`, `e` and `page`.
    let sql = r"SELECT proname::text FROM pg_proc
        WHERE pronamespace = 'convene'::regnamespace AND prosrc ~ '\m(?!(t|e|page)\.)[c-z]\w*\.is_active\M'";
    let names: Vec<String> = world.admin.rows(sql, &[]).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, ["is_active_now"]);
}
