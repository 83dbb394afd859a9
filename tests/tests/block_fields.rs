//! Every field of an availability block, in every wrong form.

use serde_json::{Value, json};
use support::availability::{fields, in_days, on};
use support::{Refused, User, World};
use uuid::Uuid;

/// What is refused when a block is made with the fields, and when one is changed to have them: the same, and nothing
/// changes.
async fn refused(world: &World, mentor: &User, wrong: &Value) -> Refused {
    let block = world.block(mentor, json!({})).await;
    let before = world.snapshot().await;
    let made = world.make_block(mentor, mentor, fields(wrong.clone())).await;
    let changed = world.change_block(mentor, &block, wrong.clone()).await;
    let (Err(made), Err(changed)) = (made, changed) else { panic!("{wrong} is accepted") };
    assert_eq!((&made.code, &made.details["field"]), (&changed.code, &changed.details["field"]), "{wrong}");
    assert_eq!(world.snapshot().await, before, "{wrong}");
    // There is room for few blocks at one time.
    world.delete_block(mentor, &block).await.unwrap();
    made
}

#[tokio::test]
async fn fields_of_the_wrong_form_are_refused_by_name() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let wrong: &[(&str, &[Value])] = &[
        ("recurrence", &[json!("daily"), json!("WEEKLY"), json!(""), json!(1), json!(["weekly"])]),
        (
            "start_date",
            &[
                json!("2026-02-29"),
                json!("2026-13-01"),
                json!("2026-2-3"),
                json!("03.02.2026"),
                json!("2026-02-03T09:00:00Z"),
                json!("1969-12-31"),
                json!("9999-01-01"),
                json!("infinity"),
                json!("-infinity"),
                json!("today"),
                json!(""),
                json!(20_260_203),
            ],
        ),
        ("until_date", &[json!(in_days(6)), json!("infinity"), json!("9999-12-31"), json!("2027-02-29"), json!(false)]),
        ("start_time", &[json!("24:00"), json!("9:00"), json!("09:00:30"), json!("noon"), json!("-01:00"), json!(9)]),
        ("end_time", &[json!("09:00"), json!("08:59"), json!("24:01"), json!("25:00"), json!("10:60"), json!("10.30")]),
        ("ends_next_day", &[json!("yes"), json!(1)]),
        ("slot_minutes", &[json!(4), json!(481), json!(0), json!(-30), json!(30.5), json!("30"), json!(1_i64 << 40)]),
        ("buffer_minutes", &[json!(-1), json!(241), json!("5"), json!(0.5), json!(i64::MIN)]),
        ("meeting_type", &[json!("telepathy"), json!("ONLINE"), json!(3)]),
        ("location_preset_id", &[json!(Uuid::new_v4()), json!("the office"), json!(7)]),
        ("location_custom", &[json!("The roof"), json!(""), json!(12)]),
        ("requires_confirmation", &[json!("no"), json!(0)]),
        ("is_active", &[json!("true"), json!(1)]),
        ("colour", &[json!("red"), Value::Null]),
        ("mentor_id", &[json!(mentor.id)]),
        ("generated_until", &[json!("2026-01-01")]),
    ];
    for (field, values) in wrong {
        for value in *values {
            let no = refused(&world, &mentor, &json!({ *field: value })).await;

            assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("VALIDATION_ERROR", "22023"), "{field}: {value}");
            assert_eq!(no.details["field"], *field, "{value}");
        }
    }
}

#[tokio::test]
async fn fields_that_do_not_fit_each_other_are_refused() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    for (wrong, field) in [
        (json!({ "meeting_type": "in_person_preset" }), "location_preset_id"),
        (json!({ "meeting_type": "in_person_custom" }), "location_custom"),
        (json!({ "meeting_type": "in_person_custom", "location_custom": " " }), "location_custom"),
        (json!({ "meeting_type": "in_person_custom", "location_custom": "x".repeat(501) }), "location_custom"),
        (json!({ "meeting_type": "in_person_preset", "location_custom": "The roof" }), "location_preset_id"),
        (json!({ "ends_next_day": true }), "end_time"),
        (json!({ "start_time": "23:00", "end_time": "01:00" }), "end_time"),
        (json!({ "start_date": in_days(9), "until_date": in_days(8) }), "until_date"),
    ] {
        let no = refused(&world, &mentor, &wrong).await;
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!(field)), "{wrong}");
    }
}

#[tokio::test]
async fn what_no_tz_database_has_is_refused_as_a_zone() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    for zone in [
        "Mars/Olympus",
        "",
        " ",
        "UTC ",
        " Europe/Berlin",
        "Europe/",
        "/etc/localtime",
        "../../etc/passwd",
        "Europe/../Europe/Berlin",
        "posix/Europe/Berlin",
        "right/Europe/Berlin",
        "posixrules",
        "localtime",
        "Factory",
        "Etc/Unknown",
        "EST5EDT4",
        "<+03>-3",
        "+01:00",
        "UTC+1",
        "-3",
        "CEST",
        "zone.tab",
        "tzdata.zi",
        "Europe/Berlin'; DROP TABLE convene.users; --",
        "欧洲/柏林",
        &"A".repeat(10_000),
    ] {
        let no = refused(&world, &mentor, &json!({ "time_zone": zone })).await;

        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("INVALID_TIME_ZONE", "22023"), "{zone:?}");
        let shown: String = zone.chars().take(64).collect();
        assert_eq!(no.details, json!({ "time_zone": shown }));
    }
    for value in [json!(1), json!(true), json!(["UTC"]), json!({})] {
        let no = refused(&world, &mentor, &json!({ "time_zone": value })).await;
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("time_zone")), "{value}");
    }
}

/// Both read the same tz database, and every zone Postgres lists but placeholders is taken by both.
#[tokio::test]
async fn every_zone_postgres_knows_by_an_iana_name_makes_a_block() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let listed = "SELECT name FROM pg_timezone_names
        WHERE name !~ '^(posix|right)/' AND name ~ '/' AND name <> 'Etc/Unknown' ORDER BY name";
    let names: Vec<String> = world.admin.rows(listed, &[]).await.iter().map(|row| row.get(0)).collect();
    assert!(names.len() > 400, "only {}", names.len());
    for name in names {
        let day = json!({ "time_zone": name, "start_date": in_days(7), "end_time": "09:30" });
        let block = world.make_block(&mentor, &mentor, fields(day)).await.unwrap();
        assert_eq!(block.0["time_zone"], name);
        // Room for the next one. Its slots stay, to be looked at.
        let gone = "UPDATE convene.availability_blocks SET deleted_at = now() WHERE id = $1";
        world.admin.execute(gone, &[&block.id()]).await;
    }
    // No clock changes at nine in the morning: so Postgres reads the wall time back.
    let read_back = "SELECT count(*) FROM convene.time_slots s
        JOIN convene.availability_blocks b ON b.org_id = s.org_id AND b.id = s.block_id
        WHERE (s.start_time AT TIME ZONE b.time_zone) <> b.start_date + time '09:00'";
    assert_eq!(world.admin.value::<i64>(read_back, &[]).await, 0);
}

/// A hand-typed zone that only one of them knew would stop the making of slots.
#[tokio::test]
async fn the_type_of_zones_takes_what_the_rules_take_and_nothing_else() {
    let world = World::new().await;
    world.admin.run(include_str!("../sql/zones_taken.sql")).await;

    let judged = world.admin.rows("SELECT name, by_type, by_rules FROM zones_taken", &[]).await;

    let verdict = |row: &tokio_postgres::Row| (row.get::<_, String>(0), row.get::<_, bool>(1), row.get::<_, bool>(2));
    let differ: Vec<_> = judged.iter().map(verdict).filter(|(_, by_type, by_rules)| by_type != by_rules).collect();
    assert_eq!(differ, []);
    let taken = judged.iter().map(verdict).filter(|(_, by_type, _)| *by_type).count();
    assert!(taken > 1000 && judged.len() - taken > 1000, "{taken} of {}", judged.len());
}

#[tokio::test]
async fn hand_typed_blocks_have_dates_that_slots_can_be_made_from() {
    let world = World::new().await;
    world.block(&world.mentor().await, json!({})).await;
    for typed in [
        "start_date = '-infinity'",
        "start_date = '0001-01-01 BC'",
        "until_date = 'infinity'",
        "until_date = '9999-01-01'",
    ] {
        let sql = format!("UPDATE convene.availability_blocks SET {typed}");
        let error = world.admin.client().execute(&sql, &[]).await.unwrap_err();
        assert_eq!(error.as_db_error().unwrap().code().code(), "23514", "{typed}");
    }
}

#[tokio::test]
async fn a_window_may_end_at_24_00_and_cross_midnight_where_it_says_so() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let (day, next) = (in_days(7), in_days(8));

    let late = world.block(&mentor, json!({ "start_time": "23:00", "end_time": "24:00" })).await;
    let night = json!({ "start_time": "23:30", "end_time": "00:30", "ends_next_day": true });
    let night = world.block(&mentor, night).await;
    let whole = json!({ "start_time": "12:00", "end_time": "12:00", "ends_next_day": true, "slot_minutes": 480 });
    let whole = world.block(&mentor, whole).await;

    assert_eq!(late.0["end_time"], "24:00:00");
    assert_eq!(world.free_starts(&late).await, on(day, &["23:00", "23:30"]));
    assert_eq!(world.free_starts(&night).await, [on(day, &["23:30"]), on(next, &["00:00"])].concat());
    assert_eq!(world.free_starts(&whole).await, [on(day, &["12:00", "20:00"]), on(next, &["04:00"])].concat());
    // What is stored as 24:00 is read back as 24:00.
    let changed = world.change_block(&mentor, &late, json!({ "slot_minutes": 60 })).await.unwrap();
    assert_eq!(changed.0["end_time"], "24:00:00");
    assert_eq!(world.free_starts(&late).await, on(day, &["23:00"]));
}

#[tokio::test]
async fn lengths_at_both_ends_of_their_ranges_are_taken() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    for (slot, buffer, slots) in [(5, 0, 24), (5, 240, 1), (120, 0, 1), (480, 0, 0)] {
        let block = world.block(&mentor, json!({ "slot_minutes": slot, "buffer_minutes": buffer })).await;
        assert_eq!(world.free_slots(&block).await.len(), slots, "{slot} and {buffer}");
    }
}

#[tokio::test]
async fn null_stands_for_a_default_when_made_and_clears_only_what_may_be_absent() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let optional = [
        "until_date",
        "ends_next_day",
        "time_zone",
        "buffer_minutes",
        "meeting_type",
        "location_preset_id",
        "location_custom",
        "requires_confirmation",
        "is_active",
    ];
    for name in ["recurrence", "start_date", "start_time", "end_time", "slot_minutes"] {
        let no = refused(&world, &mentor, &json!({ name: null })).await;
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!(name)));
    }
    let nulls: Value =
        optional.iter().map(|name| ((*name).to_owned(), Value::Null)).collect::<serde_json::Map<_, _>>().into();
    let block = world.block(&mentor, nulls).await;
    assert_eq!(world.free_slots(&block).await.len(), 4);
    for name in optional {
        let changed = world.change_block(&mentor, &block, json!({ name: null })).await;
        let clears = ["until_date", "location_preset_id", "location_custom"].contains(&name);
        assert_eq!(
            changed.map(drop).map_err(|no| no.details["field"].clone()),
            if clears { Ok(()) } else { Err(json!(name)) }
        );
    }
}

#[tokio::test]
async fn what_is_no_object_is_no_block() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    for block in ["[]", "\"weekly\"", "1", "null", "{}"] {
        let block: Value = serde_json::from_str(block).unwrap();
        let given = format!("'{block}'::jsonb");
        let sql = format!("SELECT convene.create_availability_block($1, $1, {given})");
        let error = world.sql.client().execute(&sql, &[&mentor.id]).await.unwrap_err();
        assert_eq!(Refused::of(&error, &sql).code, "VALIDATION_ERROR", "{block}");
    }
}

#[tokio::test]
async fn a_place_is_one_of_the_organizations_own() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let add = "INSERT INTO convene.location_presets (org_id, id, slug, name) VALUES ($1, convene.new_id($1), 'office', 'The office') RETURNING id";
    let ours: Uuid = world.admin.value(add, &[&world.org.id]).await;
    let theirs: Uuid = world.admin.value(add, &[&elsewhere.id]).await;
    let at = |preset: Uuid| json!({ "meeting_type": "in_person_preset", "location_preset_id": preset });

    let block = world.block(&mentor, at(ours)).await;

    assert_eq!(block.0["location_preset_id"], json!(ours));
    for unknown in [theirs, Uuid::new_v4()] {
        let no = refused(&world, &mentor, &at(unknown)).await;
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("LOCATION_PRESET_NOT_FOUND", "P0002"));
        assert_eq!(no.details, json!({ "location_preset_id": unknown }));
    }
    let listed = world.sql.call("list_location_presets", json!({ "p_actor_id": mentor.id })).await.unwrap();
    assert_eq!(listed, [json!({ "id": ours, "slug": "office", "name": "The office" })]);
}
