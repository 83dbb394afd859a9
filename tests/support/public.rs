//! A host whom everybody may book, over HTTP.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Reply, Service, User, World};

/// A service, and an event type of a host who can always be booked.
pub struct Public {
    pub world: World,
    pub service: Service,
    pub host: User,
    pub event_type: Uuid,
    /// Of its page.
    pub path: String,
}

impl Public {
    /// With other values than the defaults for some columns of the event type.
    pub async fn new(columns: Value) -> Self {
        Self::with_settings(columns, &[]).await
    }

    /// The same, and nothing happens in the background.
    pub async fn without_workers(columns: Value) -> Self {
        Self::with_settings(columns, &[("CONVENE_WORKERS", "false")]).await
    }

    /// The same, and other settings of the service.
    pub async fn with_settings(columns: Value, settings: &[(&str, &str)]) -> Self {
        let world = World::new().await;
        let service = Service::start_with(&world.database, settings).await;
        let host = world.mentor().await;
        let sql = "UPDATE convene.users SET slug = 'host-' || left(id::text, 8) || right(id::text, 8) WHERE id = $1 RETURNING slug::text";
        let slug: String = world.admin.value(sql, &[&host.id]).await;
        let mut columns = columns;
        columns.as_object_mut().expect("columns").entry("slug").or_insert(json!("talk"));
        let event_type = world.event_type(&host, columns.clone()).await;
        let path = format!("/v1/public/{}/{slug}/{}", world.org.slug, columns["slug"].as_str().expect("a slug"));
        Self { world, service, host, event_type, path }
    }

    /// Sends a request under an idempotency key, without an account.
    pub async fn keyed(&self, path: &str, key: &str, body: Value) -> Reply {
        let request = self.service.anonymous().request(Method::POST, path);
        Reply::of(request.header("Idempotency-Key", key).json(&body)).await
    }

    /// Books as a guest.
    pub async fn book(&self, start: Timestamp, email: &str, key: &str) -> Reply {
        self.keyed(&format!("{}/bookings", self.path), key, booking(start, email)).await
    }

    /// Books as Ada, and returns the booking's id and her tokens.
    pub async fn booked(&self, start: Timestamp) -> (Uuid, Tokens) {
        let reply = self.book(start, "ada@example.org", &Uuid::new_v4().to_string()).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        (reply.body["booking"]["id"].as_str().expect("an id").parse().expect("a UUID"), Tokens::of(&reply))
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.service.anonymous().get(path).await
    }
}

/// The body of a booking.
pub fn booking(start: Timestamp, email: &str) -> Value {
    json!({
        "start_time": start,
        "guest": { "name": "Ada Lovelace", "email": email, "phone": "+43 1 234 567", "inquiry": "How do we begin?" },
        "time_zone": "Europe/Vienna",
    })
}

/// The next full hour by the clock, so many hours from now: event types that are open always offer it, whatever their usual
/// length.
pub fn in_hours(hours: i64) -> Timestamp {
    let second = (Timestamp::now() + SignedDuration::from_hours(hours)).as_second();
    Timestamp::from_second(second - second % 3600 + 3600).expect("an instant")
}

/// By which a guest acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    pub view: String,
    pub cancel: String,
    pub reschedule: String,
    pub erase: String,
}

impl Tokens {
    pub fn of(reply: &Reply) -> Self {
        let token = |purpose: &str| reply.body["tokens"][purpose].as_str().expect("a token").to_owned();
        Self { view: token("view"), cancel: token("cancel"), reschedule: token("reschedule"), erase: token("erase") }
    }
}
