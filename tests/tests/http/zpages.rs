//! Pages for operators.

use std::time::Duration;

use support::{Service, Sql, World, days};

async fn page(service: &Service, path: &str) -> String {
    let reply = service.operator().get(path).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    reply.body.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_pages_show_the_database_its_queues_and_jobs_and_load_nothing() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_WORKERS", "false")]).await;
    world.booking(&world.mentee().await, &world.mentor().await, days(2)).await;
    world.admin.run("SELECT convene.log_job_failure('purge_logs', 'row of <b>Ada</b>', 1500, '{}')").await;

    let overview = page(&service, "/zpages").await;
    assert!(overview.contains("healthy") && overview.contains("<td>booking_events</td><td>1</td>"), "{overview}");
    let jobs = page(&service, "/zpages/jobs").await;
    assert!(jobs.contains("purge_logs") && jobs.contains("failure") && !jobs.contains("Ada"), "{jobs}");
    for path in ["/zpages", "/zpages/requests", "/zpages/jobs", "/zpages/config"] {
        let html = page(&service, path).await;
        for loading in ["<script", "<link", "<img", "src=", "@import", "url("] {
            assert!(!html.contains(loading), "{path} loads something: {loading}");
        }
        assert_eq!(service.anonymous().get(path).await.status, 404, "{path} is not for the public");
    }
}

#[tokio::test]
async fn the_pages_answer_to_no_public_name() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let ask = async |path: &str, host: &str| {
        let request = service.operator().request(reqwest::Method::GET, path).header("Host", host);
        support::Reply::of(request).await
    };
    for path in ["/zpages", "/zpages/requests", "/zpages/jobs", "/zpages/config"] {
        assert_eq!(ask(path, "localhost:9464").await.status, 200, "{path}");
        let rebound = ask(path, "evil.test:9464").await;
        assert_eq!(rebound.status, 421, "{path}");
        assert!(rebound.body.to_string().len() < 200, "{}", rebound.body);
    }
    assert_eq!(ask("/metrics", "convene.internal.example:9464").await.status, 200);
}

#[tokio::test]
async fn requests_in_progress_and_those_that_were_slow_or_failed_are_found_by_their_ids() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_STATEMENT_TIMEOUT", "1s")]).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let send = async |id| {
        client.request("GET".parse().unwrap(), "/v1/mentors").header("X-Request-ID", id).send().await.unwrap()
    };
    send("quick-one").await;
    let lock = Sql::connect(&world.database.admin()).await;
    lock.run("BEGIN; LOCK TABLE convene.users").await;
    let (failed, while_it_waits) = tokio::join!(send("stuck-one"), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        page(&service, "/zpages/requests").await
    });
    lock.run("ROLLBACK").await;

    assert_eq!(failed.status(), 503);
    let (in_progress, _) = while_it_waits.split_once("Recently failed").unwrap();
    assert!(in_progress.contains("stuck-one") && !in_progress.contains("quick-one"), "{while_it_waits}");
    let later = page(&service, "/zpages/requests").await;
    let (_, failed) = later.split_once("Recently failed").unwrap();
    let (failed, slow) = failed.split_once("Recently slow").unwrap();
    assert!(failed.contains("stuck-one") && slow.contains("stuck-one") && failed.contains("/v1/mentors"), "{later}");
}

#[tokio::test]
async fn the_configuration_is_shown_without_secrets_and_what_people_typed_is_escaped() {
    let world = World::new().await;
    let secret = "a-secret-of-at-least-32-characters";
    let settings = [
        ("CONVENE_JWT_SECRET", secret),
        ("CONVENE_JWT_ISSUER", "<script>alert(1)</script>"),
        ("CONVENE_POOL_SIZE", "3"),
    ];
    let service = Service::start_with(&world.database, &settings).await;

    let html = page(&service, "/zpages/config").await;

    assert!(
        !html.contains(secret) && !html.contains("postgres://convene_service") && !html.contains("<script"),
        "{html}"
    );
    assert!(
        html.contains("&lt;script&gt;") && html.contains("(set, not shown)") && html.contains("3 (default: 16)"),
        "{html}"
    );
}

#[tokio::test]
async fn without_a_database_the_pages_say_so() {
    let world = World::new().await;
    let nowhere = [("CONVENE_DATABASE_URL", "postgres://convene_service@127.0.0.1:1/convene")];
    let service = Service::start_with(&world.database, &nowhere).await;
    assert!(page(&service, "/zpages").await.contains("cannot connect"));
    assert!(page(&service, "/zpages/jobs").await.contains("Nothing."));
}
