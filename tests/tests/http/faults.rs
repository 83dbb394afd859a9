//! When the database is not there, or the service is told to stop.

use support::{Service, TestDatabase, World, days};

#[tokio::test]
async fn a_service_without_its_database_says_so_and_comes_back_with_it() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let name = &world.database.name;
    let postgres = support::Sql::connect(&support::surroundings::surroundings().admin).await;
    assert_eq!(client.get("/v1/users/me").await.status, 200);

    postgres.run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    let cut = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = 'convene_service'"
    );
    postgres.run(&cut).await;
    let away = client.get("/v1/users/me").await;
    let not_ready = client.get("/readyz").await;
    let alive = client.get("/healthz").await;
    postgres.run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;

    assert_eq!((away.outcome(), away.header("retry-after")), ((503, "SERVICE_UNAVAILABLE"), Some("1")));
    assert_eq!((not_ready.status, alive.status), (503, 200));
    assert_eq!(client.get("/v1/users/me").await.status, 200);
}

#[tokio::test]
async fn a_service_of_an_empty_database_is_alive_and_not_ready() {
    let database = TestDatabase::empty().await;
    let service = Service::start(&database).await;
    assert_eq!(service.anonymous().get("/healthz").await.status, 200);
    assert_eq!(service.anonymous().get("/readyz").await.status, 503);
}

#[tokio::test]
async fn a_connection_that_is_cut_between_requests_costs_no_request() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    for _ in 0..3 {
        assert_eq!(client.get("/v1/mentors").await.status, 200);
        world
            .admin
            .run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'convene_service' AND pid <> pg_backend_pid()")
            .await;
    }
}

#[tokio::test]
async fn a_service_told_to_stop_answers_what_it_has_begun() {
    let world = World::new().await;
    let mut service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, days(2)).await;
    // Somebody else's transaction keeps the booking waiting while the service is told to stop.
    world.admin.run("BEGIN").await;
    world.admin.execute("SELECT FROM convene.users WHERE id = $1 FOR UPDATE", &[&mentee.id]).await;
    let booking = tokio::spawn(async move { client.book(&slot, "k").await });
    let waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'convene_service' AND wait_event_type = 'Lock')";
    let watcher = support::Sql::connect(&world.database.admin()).await;
    while !watcher.value::<bool>(waiting, &[]).await {
        tokio::task::yield_now().await;
    }

    let (stopped, ()) = tokio::join!(service.stop(), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        world.admin.run("COMMIT").await;
    });

    assert!(stopped, "it ended with a failure");
    assert_eq!(booking.await.unwrap().status, 201);
}

#[tokio::test]
async fn before_the_port_closes_it_is_not_ready_and_lets_clients_go() {
    let world = World::new().await;
    let mut service = Service::start_with(&world.database, &[("CONVENE_SHUTDOWN_DELAY", "2s")]).await;
    let client = service.anonymous();
    let ready = client.get("/readyz").await;
    assert_eq!((ready.status, ready.header("connection")), (200, None));

    let (stopped, ()) = tokio::join!(service.stop(), async {
        let not_ready = loop {
            let reply = client.get("/readyz").await;
            if reply.status != 200 {
                break reply;
            }
        };
        assert_eq!((not_ready.outcome(), not_ready.header("connection")), ((503, "NOT_READY"), Some("close")));
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let served = client.get("/v1/users/me").await;
        assert_eq!((served.status, served.header("connection")), (401, Some("close")));
    });

    assert!(stopped, "it ended with a failure");
}

#[tokio::test]
async fn many_requests_that_fail_alike_have_two_lines_in_the_log() {
    let world = World::new().await;
    let nowhere =
        [("CONVENE_DATABASE_URL", "postgres://convene_service@127.0.0.1:1/convene"), ("CONVENE_WORKERS", "false")];
    let service = Service::start_with(&world.database, &nowhere).await;
    let client = service.with_token(Some("cvs_somebody"));
    for _ in 0..30 {
        assert_eq!(client.get("/v1/users/me").await.status, 503);
    }
    let lines = |text: &str| service.log().lines().filter(|line| line.contains(text)).count();
    assert_eq!(lines("\"unavailable\""), 1);
    while lines("\"requests\":29") == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(lines("unavailable"), 2);
}
