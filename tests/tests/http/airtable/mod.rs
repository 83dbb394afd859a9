//! The service reads Airtable, is told by it, and survives what goes wrong there.

mod connecting;
mod failing;
mod pushing;
mod reading;

use serde_json::Value;
use support::calendars::until;
use support::directory::{Directory, person};
use support::{Client, Service, World};

/// A directory with two people, a service that has read it, and an admin's client.
struct Office {
    world: World,
    directory: Directory,
    service: Service,
    admin: Client,
    shared_secret: String,
}

impl Office {
    async fn open() -> Self {
        let (world, directory) = (World::new().await, Directory::start().await);
        directory
            .put_all(&[("recAda", person("ada@home.test", "Mentor")), ("recBob", person("bob@home.test", "Mentee"))]);
        let service = directory.service(&world).await;
        let admin = service.signed_in(&world, &world.user("admin").await).await;
        let shared_secret = directory.connect(&admin).await;
        let office = Self { world, directory, service, admin, shared_secret };
        office.read().await;
        office
    }

    async fn state(&self) -> Value {
        self.admin.get("/v1/admin/airtable").await.body
    }

    /// Waits until all that is due has been done.
    async fn read(&self) {
        until(async || {
            let state = self.state().await;
            state["is_listing"] == false && state["synced_at"].is_string() && self.work("lease").await.is_null()
        })
        .await;
    }

    async fn becomes(&self, email: &str, role: &str) {
        until(async || self.world.role_of(email).await == role).await;
    }

    async fn source(&self, column: &str) -> Value {
        let sql = format!("SELECT to_jsonb({column}) FROM convene.airtable_sources");
        self.world.admin.rows(&sql, &[]).await[0].get::<_, Option<Value>>(0).unwrap_or_default()
    }

    async fn set(&self, assignments: &str) {
        self.world.admin.run(&format!("UPDATE convene.airtable_sources SET {assignments}")).await;
    }

    /// A column of the source's item of work; null when it has none.
    async fn work(&self, column: &str) -> Value {
        let sql = format!("SELECT to_jsonb({column}) FROM convene.work_items WHERE queue = 'airtable_syncs'");
        let rows = self.world.admin.rows(&sql, &[]).await;
        rows.first().and_then(|row| row.get::<_, Option<Value>>(0)).unwrap_or_default()
    }

    /// As time would.
    async fn make_due(&self) {
        self.world.make_due("airtable_syncs").await;
    }
}
