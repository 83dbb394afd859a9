//! Reports over HTTP, as JSON and as CSV, and what booking pages tell of their visits.

use reqwest::Method;
use serde_json::{Value, json};
use support::event_types::at_an_hour;
use support::{Client, Reply, Service, World, days};

async fn tell(service: &Service, page: &str, event: Value) -> Reply {
    service.anonymous().post(&format!("/v1/public/{page}/events"), event).await
}

async fn accepting(client: &Client, path: &str, accept: &str) -> Reply {
    Reply::of(client.request(Method::GET, path).header("Accept", accept)).await
}

#[tokio::test]
async fn a_page_tells_of_its_visits_by_its_address() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let host = world.mentor().await;
    world.event_type(&host, json!({ "slug": "talk" })).await;
    world.event_type(&host, json!({ "slug": "secret", "is_private": true })).await;
    world.event_type(&host, json!({ "slug": "off", "is_active": false })).await;
    let shared = world.team_event_type(&[&host], "collective", json!({ "slug": "demo" })).await;
    let team: String = world
        .admin
        .value(
            "SELECT t.slug::text FROM convene.teams t JOIN convene.event_types e ON e.team_id = t.id WHERE e.id = $1",
            &[&shared],
        )
        .await;
    let visit = json!({ "stage": "page_view", "visitor": "Zk3vX0pQ7rT9uW1yB2cD" });

    for page in [format!("test/{}/talk", host.id), format!("test/{}/talk", host.id), format!("test/{team}/demo")] {
        assert_eq!(tell(&service, &page, visit.clone()).await.status, 204, "{page}");
    }
    for (page, outcome) in [
        (format!("test/{}/secret", host.id), (404, "PAGE_NOT_FOUND")),
        (format!("test/{}/demo", host.id), (404, "PAGE_NOT_FOUND")),
        (format!("test/{team}/talk"), (404, "PAGE_NOT_FOUND")),
        (format!("default/{}/talk", host.id), (404, "PAGE_NOT_FOUND")),
        ("test/nobody/talk".to_owned(), (404, "PAGE_NOT_FOUND")),
        (format!("test/{}/off", host.id), (409, "EVENT_TYPE_NOT_BOOKABLE")),
    ] {
        assert_eq!(tell(&service, &page, visit.clone()).await.outcome(), outcome, "{page}");
    }
    for wrong in [
        json!({ "stage": "booking_confirmed" }),
        json!({ "stage": "page_view", "visitor": "somebody@example.org" }),
        json!({ "stage": "page_view", "email": "somebody@example.org" }),
        json!({}),
    ] {
        let reply = tell(&service, &format!("test/{}/talk", host.id), wrong).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{}", reply.body);
    }
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let funnel = staff.get("/v1/analytics/funnel?by=team").await.body;
    let views: Vec<(&Value, &Value)> =
        funnel["data"].as_array().unwrap().iter().map(|part| (&part["team_name"], &part["page_views"])).collect();
    assert_eq!(views.len(), 2);
    assert!(views.contains(&(&json!("A team"), &json!(1))) && views.contains(&(&Value::Null, &json!(1))), "{funnel}");
}

#[tokio::test]
async fn an_address_tells_of_so_many_visits_and_no_more() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_RATE_LIMIT_PUBLIC", "3/60s")]).await;
    let page = format!("test/{}/talk", {
        let host = world.mentor().await;
        world.event_type(&host, json!({ "slug": "talk" })).await;
        host.id
    });
    for _ in 0..3 {
        assert_eq!(tell(&service, &page, json!({ "stage": "page_view" })).await.status, 204);
    }
    let reply = tell(&service, &page, json!({ "stage": "page_view" })).await;
    assert_eq!(reply.outcome(), (429, "RATE_LIMIT_EXCEEDED"));
    assert!(reply.header("retry-after").is_some());
}

#[tokio::test]
async fn a_report_comes_as_json_or_as_csv() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let host = world.mentor().await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    world.event_type(&host, json!({ "slug": "talk", "title": "=HYPERLINK(\"https://evil.test\"), \"a\"" })).await;
    tell(&service, &format!("test/{}/talk", host.id), json!({ "stage": "page_view" })).await;
    let id = staff.get("/v1/analytics/funnel?by=event_type").await.body["data"][0]["event_type_id"].clone();
    let id = id.as_str().unwrap();
    let table = format!(
        "day,event_type_id,event_type_title,team_id,team_name,page_views,slot_selections,bookings_confirmed,selection_rate,booking_rate,conversion_rate\r\n\
         ,{id},\"'=HYPERLINK(\"\"https://evil.test\"\"), \"\"a\"\"\",,,1,0,0,0,,0\r\n"
    );

    let path = "/v1/analytics/funnel?by=event_type";
    let asked = accepting(&staff, path, "text/csv").await;
    let named = accepting(&staff, &format!("{path}&format=csv"), "application/json").await;
    let json_named = accepting(&staff, &format!("{path}&format=json"), "text/csv").await;

    for reply in [&asked, &named] {
        assert_eq!((reply.status, &reply.body), (200, &json!(table)));
        assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(reply.header("content-disposition"), Some("attachment; filename=\"funnel.csv\""));
    }
    assert!(asked.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("accept")));
    assert_eq!((json_named.status, &json_named.body["data"][0]["page_views"]), (200, &json!(1)));
    assert_eq!(staff.get(&format!("{path}&format=xml")).await.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn every_report_has_its_route() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (host, mentee) = (world.mentor().await, world.mentee().await);
    let shared = world.team_event_type(&[&host], "round_robin", json!({})).await;
    world.book_time(shared, &mentee, at_an_hour(days(2))).await.unwrap();
    let hold = json!({ "p_event_type_id": shared, "p_start": at_an_hour(days(3)) });
    world.admin.call_one("hold_event_type", hold).await.unwrap();
    world.admin.run("SELECT convene.dispatch_events()").await;
    let own = service.signed_in(&world, &host).await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let range = format!("from={}&to={}", day(-10), day(10));

    for (report, field, value) in [
        ("funnel", "bookings_confirmed", json!(1)),
        ("bookings", "status", json!("held")),
        ("team", "weight", json!(100)),
        ("hosts", "meetings", json!(1)),
        ("holds", "still_open", json!(1)),
    ] {
        let path = format!("/v1/analytics/{report}?{range}");
        let reply = staff.get(&path).await;
        assert_eq!((reply.status, &reply.body["data"][0][field]), (200, &value), "{report}: {}", reply.body);
        assert_eq!(own.get(&path).await.status, 200, "{report}");
        let table = staff.get(&format!("{path}&format=csv")).await;
        let lines = table.body.as_str().unwrap().lines().count();
        assert_eq!(lines, 1 + reply.body["data"].as_array().unwrap().len(), "{report}");
        let long = staff.get(&format!("/v1/analytics/{report}?from=2026-01-01&to=2027-06-01")).await;
        assert_eq!(
            (long.outcome(), &long.body["error"]["details"]["field"]),
            ((400, "VALIDATION_ERROR"), &json!("to"))
        );
        let unknown = staff.get(&format!("{path}&team_id={}", uuid::Uuid::new_v4())).await;
        assert_eq!(unknown.outcome(), (404, "TEAM_NOT_FOUND"), "{report}");
        let by_mentee = service.signed_in(&world, &mentee).await.get(&path).await;
        assert_eq!(by_mentee.outcome(), (403, "FORBIDDEN"), "{report}");
    }
}

fn day(from_now: i64) -> String {
    (jiff::Timestamp::now() + days(from_now)).to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
