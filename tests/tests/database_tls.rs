//! Encrypted connections to Postgres: what each `sslmode` asks for, and that nothing goes around it.

use std::time::{Duration, Instant};

use convene_api::config::DatabaseUrl;
use convene_api::database::{ConnectError, connect};
use support::certificates::{Authority, TemporaryFile};
use support::cluster::Cluster;
use support::program::{convene, convene_doctor_with};
use support::surroundings::ROLE_PASSWORD;
use support::{Service, Sql, TestDatabase, World, days};

/// Everybody in any way, but for one who must encrypt, one who must not, and one who must show a certificate.
const HBA: &str = "
hostssl   all encrypted 127.0.0.1/32 scram-sha-256
hostnossl all plain     127.0.0.1/32 scram-sha-256
hostssl   all certified 127.0.0.1/32 cert
host      all encrypted,plain,certified 127.0.0.1/32 reject
host      all all       127.0.0.1/32 scram-sha-256
";

/// A cluster whose certificate names `localhost`, and the authority that issued it.
async fn cluster() -> (Cluster, Authority) {
    let authority = Authority::new();
    let cluster = Cluster::start_with_tls(&authority.issue_for_server(&["localhost"]), &authority, HBA).await;
    (cluster, authority)
}

/// Connects, and says whether the connection is encrypted.
async fn is_encrypted(user: &str, host: &str, port: u16, parameters: &str) -> Result<bool, ConnectError> {
    let url = format!("postgres://{user}:tests@{host}:{port}/postgres?{parameters}");
    let connection = connect(&DatabaseUrl::parse(&url).unwrap(), "convene tests").await?;
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let encrypted = connection.client.query_one(sql, &[]).await.unwrap().get(0);
    connection.close().await;
    Ok(encrypted)
}

#[tokio::test]
async fn each_sslmode_encrypts_and_verifies_as_libpq_has_it() {
    let (cluster, authority) = cluster().await;
    let (right, wrong) =
        (TemporaryFile::holding(&authority.certificate), TemporaryFile::holding(&Authority::new().certificate));
    let (right, wrong) = (format!("&sslrootcert={}", right.path()), format!("&sslrootcert={}", wrong.path()));
    let (encrypted, plain, refused) = (Some(true), Some(false), None);
    for (host, parameters, expected) in [
        ("localhost", "sslmode=disable".to_owned(), plain),
        ("localhost", "sslmode=allow".to_owned(), plain),
        ("localhost", String::new(), encrypted),
        ("localhost", "sslmode=prefer".to_owned(), encrypted),
        ("localhost", "sslmode=require".to_owned(), encrypted),
        ("localhost", format!("sslmode=verify-full{right}"), encrypted),
        ("localhost", format!("sslmode=verify-ca{right}"), encrypted),
        // The certificate is for another name.
        ("127.0.0.1", format!("sslmode=verify-full{right}"), refused),
        ("127.0.0.1", format!("sslmode=verify-ca{right}"), encrypted),
        ("127.0.0.1", format!("sslmode=require{right}"), encrypted),
        // It is somebody else's.
        ("localhost", format!("sslmode=verify-full{wrong}"), refused),
        ("localhost", format!("sslmode=verify-ca{wrong}"), refused),
        ("localhost", format!("sslmode=require{wrong}"), refused),
        ("localhost", format!("sslmode=prefer{wrong}"), plain),
        // No authority that the system knows issued it.
        ("localhost", "sslmode=verify-full".to_owned(), refused),
        ("localhost", "sslrootcert=system".to_owned(), refused),
    ] {
        let found = is_encrypted("postgres", host, cluster.port(), &parameters).await;

        assert_eq!(found.as_ref().ok().copied(), expected, "{host} {parameters}: {found:?}");
    }
}

#[tokio::test]
async fn where_the_mode_leaves_the_choice_the_server_makes_it() {
    let (cluster, _) = cluster().await;
    let admin = Sql::connect(&cluster.admin()).await;
    admin.run("CREATE ROLE encrypted LOGIN PASSWORD 'tests'; CREATE ROLE plain LOGIN PASSWORD 'tests'").await;
    for (user, mode, expected) in [
        ("encrypted", "disable", None),
        ("encrypted", "allow", Some(true)),
        ("encrypted", "prefer", Some(true)),
        ("plain", "allow", Some(false)),
        ("plain", "prefer", Some(false)),
        ("plain", "require", None),
    ] {
        let found = is_encrypted(user, "localhost", cluster.port(), &format!("sslmode={mode}")).await;

        assert_eq!(found.as_ref().ok().copied(), expected, "{user} {mode}: {found:?}");
    }
}

#[tokio::test]
async fn a_client_with_a_certificate_needs_no_password() {
    let (cluster, authority) = cluster().await;
    Sql::connect(&cluster.admin()).await.run("CREATE ROLE certified LOGIN").await;
    let certificate_for = |authority: &Authority, user: &str| {
        let issued = authority.issue_for_user(user);
        (TemporaryFile::holding(&issued.certificate), TemporaryFile::holding(&issued.key))
    };
    let of = |(certificate, key): &(TemporaryFile, TemporaryFile)| {
        format!("sslmode=require&sslcert={}&sslkey={}", certificate.path(), key.path())
    };
    let (right, other) = (certificate_for(&authority, "certified"), certificate_for(&authority, "plain"));
    let foreign = certificate_for(&Authority::new(), "certified");

    assert!(is_encrypted("certified", "localhost", cluster.port(), &of(&right)).await.unwrap());
    for refused in ["sslmode=require".to_owned(), of(&other), of(&foreign)] {
        assert!(is_encrypted("certified", "localhost", cluster.port(), &refused).await.is_err(), "{refused}");
    }
}

/// The administrator's and the service's access to the cluster, which must prove that it is the one.
fn verified_urls(cluster: &Cluster, root: &TemporaryFile) -> (String, String) {
    let url = |user: &str, password: &str| {
        let (port, root) = (cluster.port(), root.path());
        format!("postgres://{user}:{password}@localhost:{port}/postgres?sslmode=verify-full&sslrootcert={root}")
    };
    (url("postgres", "tests"), url("convene_service", ROLE_PASSWORD))
}

#[tokio::test]
async fn whatever_the_service_and_its_commands_do_is_encrypted() {
    let (cluster, authority) = cluster().await;
    let root = TemporaryFile::holding(&authority.certificate);
    let (admin, service) = verified_urls(&cluster, &root);
    convene(&["migrate"], &[("CONVENE_ADMIN_DATABASE_URL", &admin)]).await.succeeded();
    let world = World::in_database(TestDatabase::on(&cluster).await).await;

    let doctor = convene_doctor_with(&admin, &service).await;
    assert!(doctor.stdout.matches("encrypted with TLSv1.3").count() == 2, "{}", doctor.stdout);

    let running = Service::start_with(&world.database, &[("CONVENE_DATABASE_URL", &service)]).await;
    assert_eq!(running.anonymous().get("/readyz").await.status, 200);
    let sql = "SELECT DISTINCT a.application_name, s.ssl FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid)
        WHERE a.application_name LIKE 'convene%' ORDER BY 1";
    let expected = [("convene".to_owned(), true), ("convene listen".to_owned(), true)];
    let began = Instant::now();
    loop {
        let rows = world.admin.rows(sql, &[]).await;
        let found: Vec<(String, bool)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        if found == expected {
            break;
        }
        // The listener connects beside the rest.
        assert!(began.elapsed() < Duration::from_secs(5), "{found:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_given_up_over_tls_too() {
    let (cluster, authority) = cluster().await;
    let root = TemporaryFile::holding(&authority.certificate);
    let world = World::in_database(TestDatabase::on(&cluster).await).await;
    let (_, url) = verified_urls(&cluster, &root);
    let settings = [("CONVENE_DATABASE_URL", url.as_str()), ("CONVENE_REQUEST_TIMEOUT", "1s")];
    let service = Service::start_with(&world.database, &settings).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, days(3)).await;
    world.admin.run("BEGIN").await;
    world.admin.execute("SELECT FROM convene.users WHERE id = $1 FOR UPDATE", &[&mentee.id]).await;

    assert_eq!(client.book(&slot, "k").await.outcome(), (503, "TIMEOUT"));

    let watcher = Sql::connect(&world.database.admin()).await;
    let waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE usename = 'convene_service' AND wait_event_type = 'Lock')";
    let began = Instant::now();
    while watcher.value::<bool>(waiting, &[]).await {
        assert!(began.elapsed() < Duration::from_secs(5), "it goes on until its own time limit");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
