//! Texts of one line have no control characters, whichever way they come.

use serde_json::{Value, json};
use support::{Refused, World};

const CONTROL: [&str; 7] = ["\n", "\r", "\t", "\u{1}", "\u{7f}", "\u{85}", "\u{2028}"];

#[tokio::test]
async fn whoever_writes_a_text_of_one_line_is_refused_control_characters_in_it() {
    let world = World::new().await;
    let (admin, mentor) = (world.user("admin").await, world.mentor().await);
    for control in CONTROL {
        let text = format!("two{control}lines");
        let profile = |field: &str| json!({ "p_user_id": mentor.id, "p_changes": { (field): text } });
        let block =
            support::availability::fields(json!({ "meeting_type": "in_person_custom", "location_custom": text }));
        let calls: [(&str, &str, Value); 11] = [
            ("update_profile", "name", profile("name")),
            ("update_profile", "title", profile("title")),
            ("update_profile", "company", profile("company")),
            (
                "set_user_urls",
                "urls[0].label",
                json!({ "p_user_id": mentor.id, "p_urls": json!([{ "label": text, "url": "https://example.org" }]).to_string() }),
            ),
            (
                "create_availability_block",
                "location_custom",
                json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id, "p_block": block }),
            ),
            (
                "create_user",
                "name",
                json!({ "p_org_slug": "test", "p_email": "a@b.test", "p_name": text, "p_role": "mentee" }),
            ),
            ("create_organization", "name", json!({ "p_slug": "other", "p_name": text })),
            ("create_location_preset", "name", json!({ "p_actor_id": admin.id, "p_slug": "roof", "p_name": text })),
            ("change_policy", "organizations", json!({ "p_actor_id": admin.id, "p_changes": { "name": text } })),
            ("create_tag", "name", json!({ "p_actor_id": admin.id, "p_kind": "stage", "p_name": text })),
            (
                "create_api_key",
                "name",
                json!({ "p_actor_id": mentor.id, "p_name": text, "p_scopes": ["users:read"], "p_prefix": "cvk_BBBBBBBB",
                    "p_token_hash": format!("\\x{}", "5e".repeat(32)) }),
            ),
        ];
        for (function, field, arguments) in calls {
            let refused: Refused = world.admin.call(function, arguments).await.unwrap_err();
            assert_eq!(refused.code, "VALIDATION_ERROR", "{function} {control:?}: {refused:?}");
            let said = format!("{} {}", refused.details["field"], refused.message);
            assert!(field == "organizations" || said.contains(field), "{function} {control:?}: {said}");
        }
    }
    // Several lines are several lines.
    let bio = json!({ "p_user_id": mentor.id, "p_changes": { "bio": "two\nlines" } });
    world.sql.call("update_profile", bio).await.unwrap();
}

#[tokio::test]
async fn nor_can_they_be_typed_by_hand() {
    let world = World::new().await;
    world.user("admin").await;
    for statement in [
        "UPDATE convene.users SET name = $1",
        "UPDATE convene.users SET company = $1",
        "UPDATE convene.organizations SET name = $1",
    ] {
        for control in CONTROL {
            let typed = world.admin.client().execute(statement, &[&format!("a{control}b")]).await.unwrap_err();
            assert_eq!(typed.as_db_error().unwrap().code().code(), "23514", "{statement} {control:?}");
        }
        assert!(world.admin.execute(statement, &[&"Ærøskøbing – O’Neill 漢字"]).await > 0);
    }
}
