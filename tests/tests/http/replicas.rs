//! A hot standby that answers what may be a little old.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use support::calendars::until;
use support::cluster::Cluster;
use support::program::{Ended, convene};
use support::service::Reply;
use support::surroundings::{root, url_of};
use support::{Client, Service, Sql, TestDatabase, User, World, days};

/// Each function that a replica may be asked for, and a request that leads to it. `MENTOR` is a mentor's id.
const REQUESTS: [(&str, &str); 12] = [
    ("coordinator_job_runs", "/v1/coordinator/jobs/purge_logs/runs"),
    ("coordinator_jobs", "/v1/coordinator/jobs"),
    ("coordinator_overview", "/v1/coordinator/overview"),
    ("export_user", "/v1/users/me/export"),
    ("list_audit_log", "/v1/admin/audit-log"),
    ("list_bookings", "/v1/bookings"),
    ("list_mentors", "/v1/mentors"),
    ("list_sign_ins", "/v1/auth/sign-ins"),
    ("list_slots", "/v1/mentors/MENTOR/slots"),
    ("list_tags", "/v1/tags"),
    ("list_users", "/v1/coordinator/users"),
    ("match_mentors", "/v1/mentors/recommended"),
];

/// A primary, and a standby that has what is there when this begins.
struct Pair {
    primary: Cluster,
    standby: Cluster,
    world: World,
    mentor: User,
}

impl Pair {
    async fn start() -> Self {
        let primary = Cluster::start_new().await;
        let world = World::in_database(TestDatabase::on(&primary).await).await;
        let mentor = world.mentor().await;
        world.slot(&mentor, days(2)).await;
        let standby = primary.start_standby().await;
        Self { primary, standby, world, mentor }
    }

    fn urls(&self) -> [(&'static str, String); 3] {
        let mut replica = self.standby.admin();
        let role = self.world.database.role("convene_service");
        replica.user(role.get_user().unwrap()).password(role.get_password().unwrap());
        [
            ("CONVENE_ADMIN_DATABASE_URL", url_of(&self.world.database.admin())),
            ("CONVENE_DATABASE_URL", url_of(&role)),
            ("CONVENE_REPLICA_URL", url_of(&replica)),
        ]
    }

    /// The service, as soon as it asks the replica.
    async fn service(&self, lag: &str) -> Service {
        let [_, _, (name, url)] = self.urls();
        let settings = [(name, url.as_str()), ("CONVENE_REPLICA_LAG", lag)];
        let service = Service::start_with(&self.world.database, &settings).await;
        until(async || service.log().contains("the replica is asked")).await;
        service
    }

    async fn doctor(&self, lag: &str) -> Ended {
        let urls = self.urls();
        let mut settings: Vec<_> = urls.iter().map(|(name, url)| (*name, url.as_str())).collect();
        settings.push(("CONVENE_REPLICA_LAG", lag));
        convene(&["doctor"], &settings).await
    }

    /// From now on the standby receives and does not replay.
    async fn pause(&self) {
        let there = Sql::connect(&self.standby.admin()).await;
        there.run("SELECT pg_wal_replay_pause()").await;
        until(async || there.value::<String>("SELECT pg_get_wal_replay_pause_state()", &[]).await == "paused").await;
    }

    async fn resume(&self) {
        Sql::connect(&self.standby.admin()).await.run("SELECT pg_wal_replay_resume()").await;
    }
}

/// Whether a list has this id.
fn has(reply: &Reply, id: impl ToString) -> bool {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let id = Value::String(id.to_string());
    reply.body["data"].as_array().expect("a list").iter().any(|one| one["id"] == id)
}

async fn count_calls(of: &Cluster) {
    let sql = Sql::connect(&of.admin()).await;
    sql.run("ALTER SYSTEM SET track_functions = 'all'").await;
    sql.run("SELECT pg_reload_conf()").await;
}

/// The functions of ours that the service called on a server since it counts.
async fn called(on: &Cluster) -> BTreeSet<String> {
    let sql = "SELECT funcname::text FROM pg_stat_user_functions WHERE schemaname = 'convene' AND calls > 0";
    Sql::connect(&on.admin()).await.rows(sql, &[]).await.iter().map(|row| row.get(0)).collect()
}

/// The functions whose calls are declared to be a replica's.
fn declared() -> BTreeSet<String> {
    fn visit(directory: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                visit(&entry.path(), found);
            } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                let calls = text.split("Recent(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                let name = |call: &str| Some(call.split_once("convene.")?.1.split_once('(')?.0.to_owned());
                found.extend(calls.filter_map(name));
            }
        }
    }
    let mut found = BTreeSet::new();
    visit(&root().join("api/src"), &mut found);
    found
}

#[tokio::test]
async fn every_call_that_is_declared_so_is_answered_by_the_standby() {
    let pair = Pair::start().await;
    let (admin, mentee) = (pair.world.user("admin").await, pair.world.mentee().await);
    let service = pair.service("1h").await;
    let (admin, mentee) = (service.signed_in(&pair.world, &admin).await, service.signed_in(&pair.world, &mentee).await);
    // It has these two, now that a list of it shows them.
    until(async || admin.get("/v1/coordinator/users").await.body["data"].as_array().unwrap().len() == 3).await;
    for cluster in [&pair.primary, &pair.standby] {
        count_calls(cluster).await;
    }
    let known: BTreeSet<String> = REQUESTS.iter().map(|(function, _)| (*function).to_owned()).collect();
    assert_eq!(declared(), known, "each has a request here");

    let everything_was_called = async || {
        for (function, path) in REQUESTS {
            let client: &Client = if function == "match_mentors" { &mentee } else { &admin };
            let reply = client.get(&path.replace("MENTOR", &pair.mentor.id.to_string())).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        }
        called(&pair.standby).await.is_superset(&known)
    };
    until(everything_was_called).await;

    let elsewhere: Vec<String> = called(&pair.primary).await.intersection(&known).cloned().collect();
    assert_eq!(elsewhere, [] as [String; 0], "the primary was not asked");
    let volatile =
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'convene'::regnamespace AND proname = ANY ($1)
        AND provolatile = 'v'";
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let volatile: Vec<String> = pair.world.admin.rows(volatile, &[&names]).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(volatile, [] as [String; 0]);
}

#[tokio::test]
async fn lists_may_be_old_but_what_people_read_of_their_own_is_not() {
    let pair = Pair::start().await;
    let world = &pair.world;
    let (coordinator, mentee) = (world.coordinator().await, world.mentee().await);
    let service = pair.service("1h").await;
    let staff = service.signed_in(world, &coordinator).await;
    until(async || has(&staff.get("/v1/coordinator/users").await, mentee.id)).await;
    pair.pause().await;

    let (late, newcomer) = (world.mentor().await, world.mentee().await);
    let slot = world.slot(&pair.mentor, days(3)).await;
    let client = service.signed_in(world, &mentee).await;
    let booked = client.book(&slot, "k").await;
    assert_eq!(booked.status, 201, "what decides is read from the primary: {}", booked.body);
    let booking = booked.body["id"].as_str().unwrap();

    assert!(has(&client.get("/v1/bookings/my-bookings").await, booking));
    assert!(has(&client.get("/v1/bookings").await, booking));
    assert!(!has(&staff.get("/v1/bookings").await, booking));
    assert!(!has(&client.get("/v1/mentors").await, late.id));
    // Of whom the standby knows nothing yet: it refuses, and the primary answers.
    let newcomer = service.signed_in(world, &newcomer).await;
    assert!(has(&newcomer.get("/v1/mentors").await, late.id));
    let of_late = client.get(&format!("/v1/mentors/{}/slots", late.id)).await;
    assert_eq!(of_late.status, 200, "{}", of_late.body);

    pair.standby.stop_immediately().await;
    assert!(has(&staff.get("/v1/bookings").await, booking), "the primary answers while the standby is away");
    assert!(has(&client.get("/v1/mentors").await, late.id));
    assert!(!service.log().contains("\"fault\""), "{}", service.log());
}

#[tokio::test]
async fn a_standby_that_lags_is_not_asked_until_it_has_caught_up() {
    let pair = Pair::start().await;
    let mentee = pair.world.mentee().await;
    let service = pair.service("400ms").await;
    let client = service.signed_in(&pair.world, &mentee).await;
    assert!(pair.doctor("400ms").await.stdout.contains("has what the primary has"));

    pair.pause().await;
    let late = pair.world.mentor().await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;

    assert!(has(&client.get("/v1/mentors").await, late.id));
    until(async || service.log().contains("the replica is not asked: the primary answers")).await;
    let lags = pair.doctor("400ms").await;
    assert!(lags.lines("warn").iter().any(|line| line.contains("bytes behind after 400ms")), "{}", lags.stdout);

    pair.resume().await;
    until(async || service.log().matches("the replica is asked").count() == 2).await;
    count_calls(&pair.standby).await;
    until(async || {
        client.get("/v1/mentors").await;
        called(&pair.standby).await.contains("list_mentors")
    })
    .await;
}

#[tokio::test]
async fn what_is_no_standby_of_the_database_is_never_asked() {
    let pair = Pair::start().await;
    let client_of = async |replica: &str, says: &str| {
        let service = Service::start_with(&pair.world.database, &[("CONVENE_REPLICA_URL", replica)]).await;
        until(async || service.log().contains(says)).await;
        let mentee = pair.world.mentee().await;
        let client = service.signed_in(&pair.world, &mentee).await;
        assert!(has(&client.get("/v1/mentors").await, pair.mentor.id));
        assert!(!service.log().contains("the replica is asked"), "{}", service.log());
    };
    let [(_, admin), (_, primary), (_, standby)] = pair.urls();
    let other_database = standby.replace("/postgres", "/template1");
    let nowhere = "postgres://convene_service@127.0.0.1:1/postgres".to_owned();
    for (replica, service_says, doctor_says) in [
        (&primary, "it is no standby", "is no standby, and is not asked"),
        (&other_database, "it is a standby of another database", "is a standby of another database, and is not asked"),
        (&nowhere, "cannot connect", "cannot connect to convene_service@127.0.0.1:1/postgres"),
    ] {
        client_of(replica, service_says).await;
        let settings = [
            ("CONVENE_ADMIN_DATABASE_URL", admin.as_str()),
            ("CONVENE_DATABASE_URL", &primary),
            ("CONVENE_REPLICA_URL", replica),
        ];
        let ended = convene(&["doctor"], &settings).await;
        let wrong = ended.lines("FAIL");
        assert!(wrong.len() == 1 && wrong[0].contains(doctor_says), "{doctor_says}: {}", ended.stdout);
    }
}
