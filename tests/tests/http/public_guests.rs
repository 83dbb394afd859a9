//! What is known of guests: a copy of it, its end, and who does it.

use reqwest::Method;
use serde_json::{Value, json};
use support::Service;
use support::program::convene;
use support::public::{Public, Tokens, in_hours};
use support::service::KEYS;
use support::surroundings::url_of;

const NEW: &str = "8=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

fn data(token: &str) -> String {
    format!("/v1/public/bookings/{token}/data")
}

#[tokio::test]
async fn a_guest_gets_their_data_and_has_them_erased() {
    let public = Public::new(json!({})).await;
    let start = in_hours(30);
    let (id, tokens) = public.booked(start).await;
    let own = public.get(&data(&tokens.erase)).await;
    assert_eq!((own.status, &own.body["email"]), (200, &json!("ada@example.org")), "{}", own.body);
    assert_eq!((&own.body["inquiry"], &own.body["phone"]), (&json!("How do we begin?"), &json!("+43 1 234 567")));

    let erased = public.service.anonymous().send(Method::DELETE, &data(&tokens.erase), None).await;

    assert_eq!(erased.status, 204, "{}", erased.body);
    for token in [&tokens.view, &tokens.erase, &tokens.cancel] {
        assert_ne!(public.get(&data(token)).await.status, 200);
    }
    let host = public.service.signed_in(&public.world, &public.host).await;
    let seen = host.get(&format!("/v1/bookings/{id}")).await;
    assert_eq!(seen.body["status"], "canceled", "nobody could tell them about it");
    assert_eq!((&seen.body["guests"][0]["name"], &seen.body["guests"][0]["email"]), (&Value::Null, &Value::Null));
    assert_eq!(public.book(start, "bob@example.org", "b").await.status, 201);
    assert!(public.world.admin.violations().await.is_empty());
}

#[tokio::test]
async fn an_organization_exports_and_erases_a_guest_by_address() {
    let public = Public::new(json!({})).await;
    let staff = public.service.signed_in(&public.world, &public.world.coordinator().await).await;
    for hours in [30, 40] {
        public.booked(in_hours(hours)).await;
    }
    assert_eq!(public.book(in_hours(50), "bob@example.org", "b").await.status, 201);
    let mentor = public.service.signed_in(&public.world, &public.host).await;
    let which = json!({ "email": "ADA@example.org" });
    assert_eq!(mentor.post("/v1/admin/guests/export", which.clone()).await.outcome(), (403, "FORBIDDEN"));
    let known = staff.post("/v1/admin/guests/export", which.clone()).await;
    assert_eq!((known.status, known.body["data"].as_array().unwrap().len()), (200, 2), "{}", known.body);
    assert_eq!(
        (&known.body["data"][0]["name"], &known.body["data"][0]["status"]),
        (&json!("Ada Lovelace"), &json!("confirmed"))
    );
    for wrong in [json!({}), json!({ "email": "ada@example.org", "booking_id": uuid::Uuid::new_v4() })] {
        let reply = staff.post("/v1/admin/guests/export", wrong).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{}", reply.body);
    }

    let erased = staff.post("/v1/admin/guests/erase", which.clone()).await;

    assert_eq!((erased.status, &erased.body), (200, &json!({ "erased": 2 })), "{}", erased.body);
    assert_eq!(staff.post("/v1/admin/guests/export", which).await.body["data"], json!([]));
    let others = staff.post("/v1/admin/guests/export", json!({ "email": "bob@example.org" })).await;
    assert_eq!(others.body["data"].as_array().unwrap().len(), 1);
    let statuses: Vec<String> = public
        .world
        .admin
        .rows("SELECT status FROM convene.bookings ORDER BY start_time", &[])
        .await
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(statuses, ["canceled", "canceled", "confirmed"]);
}

#[tokio::test]
async fn guests_are_forgotten_when_they_have_been_kept_long_enough() {
    let public = Public::new(json!({})).await;
    let staff = public.service.signed_in(&public.world, &public.world.coordinator().await).await;
    let (old, _) = public.booked(in_hours(30)).await;
    let (recent, _) = public.booked(in_hours(40)).await;
    public.world.policy("guest_retention_days", 10).await;
    let past = async |id: uuid::Uuid, ago: i32| {
        let age = "UPDATE convene.bookings
            SET start_time = now() - make_interval(days => $2, hours => 1), end_time = now() - make_interval(days => $2)
            WHERE id = $1";
        public.world.admin.execute(age, &[&id, &ago]).await;
        let age = "UPDATE convene.booking_guests SET created_at = now() - interval '100 days' WHERE booking_id = $1";
        public.world.admin.execute(age, &[&id]).await;
    };
    past(old, 11).await;
    past(recent, 9).await;

    public.world.admin.run("CALL convene.run_job('forget_guests')").await;

    let email =
        async |id: uuid::Uuid| staff.get(&format!("/v1/bookings/{id}")).await.body["guests"][0]["email"].clone();
    assert_eq!((email(old).await, email(recent).await), (Value::Null, json!("ada@example.org")));
    let log = "SELECT message FROM convene.cron_job_logs WHERE job_name = 'forget_guests'";
    let said: String = public.world.admin.value(log, &[]).await;
    assert!(said.starts_with("Erased 1 guests"), "{said}");
}

#[tokio::test]
async fn after_rotation_guests_are_opened_and_found_by_the_new_key_alone() {
    let public = Public::new(json!({})).await;
    let coordinator = public.world.coordinator().await;
    let (id, tokens) = public.booked(in_hours(30)).await;
    let both = format!("{NEW},{KEYS}");
    // Before anything is sealed anew, guests of the old key are found, too.
    let service = Service::start_with(&public.world.database, &[("CONVENE_KEYS", &both)]).await;
    let staff = service.signed_in(&public.world, &coordinator).await;
    let found = staff.get("/v1/bookings?email=ada@example.org").await;
    assert_eq!(found.body["data"][0]["id"], json!(id), "{}", found.body);
    let url = url_of(&public.world.database.admin());
    let settings = [("CONVENE_KEYS", both.as_str()), ("CONVENE_ADMIN_DATABASE_URL", url.as_str())];
    let rotated = convene(&["rotate-keys"], &settings).await.succeeded();
    assert!(rotated.contains("booking_guests: 1 sealed anew"), "{rotated}");

    let service = Service::start_with(&public.world.database, &[("CONVENE_KEYS", NEW)]).await;
    let staff = service.signed_in(&public.world, &coordinator).await;
    let found = staff.get("/v1/bookings?email=ada@example.org").await;
    assert_eq!(found.body["data"][0]["id"], json!(id), "{}", found.body);
    let seen = staff.get(&format!("/v1/bookings/{id}")).await;
    assert_eq!(seen.body["guests"][0]["name"], "Ada Lovelace", "{}", seen.body);
    assert_eq!(service.anonymous().get(&data(&tokens.erase)).await.body["phone"], "+43 1 234 567");
    let Tokens { view, .. } = tokens;
    assert_eq!(service.anonymous().get(&format!("/v1/public/bookings/{view}")).await.status, 200);
}
