//! `convene token`: a session for whoever an operator names, or why there is none.

use support::program::{Ended, convene};
use support::surroundings::url_of;
use support::{Service, Sql, TestDatabase, World};

async fn token(database: &TestDatabase, arguments: &[&str]) -> Ended {
    let url = url_of(&database.admin());
    convene(&[&["token"], arguments].concat(), &[("CONVENE_ADMIN_DATABASE_URL", &url)]).await
}

/// What it says instead of a token.
async fn complaint(database: &TestDatabase, arguments: &[&str]) -> String {
    let ended = token(database, arguments).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
    ended.stderr
}

/// A database where two organizations have an Ada, and one has a Bob.
async fn two_organizations() -> TestDatabase {
    let database = TestDatabase::new().await;
    Sql::connect(&database.admin())
        .await
        .run(
            "SELECT convene.create_organization('acme', 'Acme'), convene.create_organization('beta', 'Beta');
             SELECT convene.create_user('acme', 'ada@acme.test', 'Ada', 'admin'),
                 convene.create_user('beta', 'ada@acme.test', 'Ada', 'mentor'),
                 convene.create_user('beta', 'bob@beta.test', 'Bob', 'mentee')",
        )
        .await;
    database
}

async fn role_of(service: &Service, printed: Ended) -> String {
    let token = printed.succeeded();
    let me = service.with_token(Some(token.trim_end())).get("/v1/users/me").await;
    format!("{} of {}", me.body["role"].as_str().unwrap_or_default(), me.body["org_slug"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn the_token_signs_in_whoever_has_the_address_in_the_organization_that_is_named() {
    let database = two_organizations().await;
    let service = Service::start(&database).await;

    for (arguments, who) in [
        (&["bob@beta.test"][..], "mentee of beta"),
        (&["BOB@beta.test", "--org", "beta"], "mentee of beta"),
        (&["ada@acme.test", "--org", "acme"], "admin of acme"),
        (&["ada@acme.test", "--org=Beta"], "mentor of beta"),
    ] {
        assert_eq!(role_of(&service, token(&database, arguments).await).await, who, "{arguments:?}");
    }
}

#[tokio::test]
async fn without_a_token_it_names_the_address_and_says_what_to_do() {
    let database = two_organizations().await;
    Sql::connect(&database.admin())
        .await
        .run("UPDATE convene.users SET is_active = false WHERE email = 'bob@beta.test'")
        .await;

    for (arguments, says) in [
        (&["eve@acme.test"][..], "no user has the address eve@acme.test. To make one: SELECT convene.create_user("),
        (&["eve@acme.test", "--org", "acme"], "no user has the address eve@acme.test. To make one:"),
        (&["ada@acme.test"], "several organizations have a user ada@acme.test. Choose one with --org: acme, beta"),
        (
            &["bob@beta.test", "--org", "acme"],
            "the organization acme has no user bob@beta.test. Organizations that have one: beta",
        ),
        (&["ada@acme.test", "--org", "acme-inc"], "there is no organization acme-inc. To see them: SELECT slug"),
        (
            &["bob@beta.test"],
            "is not active. Wait until it ends, or ask an admin of the organization to activate the user.",
        ),
    ] {
        let said = complaint(&database, arguments).await;
        assert!(said.contains(says) && said.contains(arguments[arguments.len() - 1]), "{arguments:?}: {said}");
    }
    let sessions = "SELECT count(*) FROM convene.sessions";
    assert_eq!(Sql::connect(&database.admin()).await.value::<i64>(sessions, &[]).await, 0);
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_said_to_be_none_of_ours() {
    let said = complaint(&TestDatabase::empty().await, &["ada@acme.test"]).await;
    assert!(said.contains("this database has no Convene in it. Run `convene migrate`"), "{said}");
}

#[tokio::test]
async fn its_help_says_how_long_a_session_lives_and_what_the_options_are_for() {
    let help = convene(&["token", "--help"], &[]).await.succeeded();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for needed in
        ["<ADDRESS>", "--org <SLUG>", "several have a user with this address", "lasts 7 days", "30 days at most"]
    {
        assert!(help.contains(needed), "{needed}: {help}");
    }
}

#[tokio::test]
async fn the_session_lives_as_long_as_its_help_says() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    token(&world.database, &[&mentee.email]).await.succeeded();
    let lives = "SELECT extract(epoch FROM expires_at - created_at)::integer FROM convene.sessions";
    let seconds: i32 = world.admin.value(lives, &[]).await;
    assert!((seconds - 7 * 86_400).abs() < 5, "{seconds}");
}
