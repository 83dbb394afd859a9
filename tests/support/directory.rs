//! A directory of people in Airtable that is a fake, a service that reads it, and what came of that.

use convene_fakes::Airtable;
use convene_fakes::airtable::Table;
use serde_json::{Map, Value, json};

use crate::service::{Client, Reply, Service};
use crate::world::{User, World};

pub const BASE: &str = "app00000000000000";
pub const TABLE: &str = "tblPeople00000000";
pub const TABLE_NAME: &str = "People";

const FIELDS: [&str; 12] = [
    "Email",
    "Name",
    "Role",
    "Status",
    "Title",
    "Company",
    "Phone",
    "Bio",
    "LinkedIn",
    "Industries",
    "Technologies",
    "Stage",
];

/// The fake, with a table of people.
pub struct Directory {
    pub airtable: Airtable,
}

impl Directory {
    pub async fn start() -> Self {
        let airtable = Airtable::start().await;
        let fields: Vec<(String, &str)> = FIELDS.iter().map(|name| (format!("fld{name}"), *name)).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(id, name)| (id.as_str(), *name)).collect();
        airtable.add_table(BASE, Table::new(TABLE, TABLE_NAME, &fields));
        Self { airtable }
    }

    /// A service that reads it, and that it pings.
    pub async fn service(&self, world: &World) -> Service {
        self.service_at(&free_address().await, world).await
    }

    pub async fn service_at(&self, address: &str, world: &World) -> Service {
        let (url, public) = (format!("{}/v0", self.airtable.url()), format!("http://{address}"));
        let settings = [("CONVENE_AIRTABLE_URL", url.as_str()), ("CONVENE_PUBLIC_URL", public.as_str())];
        Service::start_at(address, &world.database, &settings).await
    }

    /// Connects it; the shared secret.
    pub async fn connect(&self, admin: &Client) -> String {
        let reply = self.try_to_connect(admin).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body["shared_secret"].as_str().expect("a secret").to_owned()
    }

    pub async fn try_to_connect(&self, admin: &Client) -> Reply {
        let body = json!({ "base_id": BASE, "table": TABLE, "access_token": self.airtable.token() });
        admin.put("/v1/admin/airtable", body).await
    }

    /// Makes a record, or changes the fields that are named.
    pub fn put(&self, record: &str, fields: &Value) {
        self.airtable.upsert_record(TABLE, record, &by_id(fields));
    }

    /// Several in one transaction.
    pub fn put_all(&self, records: &[(&str, Value)]) {
        let records: Vec<_> = records.iter().map(|(record, fields)| (*record, by_id(fields))).collect();
        self.airtable.upsert_records(TABLE, &records);
    }

    pub fn delete(&self, record: &str) {
        self.airtable.delete_record(TABLE, record);
    }
}

fn by_id(fields: &Value) -> Value {
    let fields = fields.as_object().expect("an object of fields");
    fields.iter().map(|(name, cell)| (format!("fld{name}"), cell.clone())).collect::<Map<_, _>>().into()
}

/// An address that was free just now.
pub async fn free_address() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("it is bound").to_string()
}

/// Somebody's fields.
pub fn person(email: &str, role: &str) -> Value {
    json!({ "Email": email, "Name": format!("The {role}"), "Role": role, "Status": "Active" })
}

impl World {
    /// A source as if it were connected, which no service reads: its id.
    pub async fn airtable_source(&self, org_id: i32) -> uuid::Uuid {
        let sql = "INSERT INTO convene.airtable_sources (org_id, id, base_id, table_name, key_id, secrets)
            VALUES ($1, gen_random_uuid(), $2, $3, '7', '') RETURNING id";
        self.admin.value(sql, &[&org_id, &BASE, &TABLE_NAME]).await
    }

    /// Applies records as of now: `(id, fields)`, null for one that is gone. Returns what became of them.
    pub async fn apply(&self, org_id: i32, records: &[(&str, Value)]) -> Value {
        self.apply_as_of(org_id, jiff::Timestamp::now(), records).await
    }

    pub async fn apply_as_of(&self, org_id: i32, as_of: jiff::Timestamp, records: &[(&str, Value)]) -> Value {
        let described = |(id, fields): &(&str, Value)| match fields {
            Value::Null => json!({ "id": id }),
            fields => json!({ "id": id, "fields": fields }),
        };
        let records: Value = records.iter().map(described).collect();
        let sql = "SELECT convene.apply_airtable_records($1, $2, NULL, $3)";
        self.admin.value(sql, &[&org_id, &as_of, &records]).await
    }

    /// The user whom a record stands for, removed or not.
    pub async fn user_of(&self, record: &str) -> User {
        let sql = "SELECT org_id, id, email::text FROM convene.users WHERE airtable_record_id = $1";
        let rows = self.admin.rows(sql, &[&record]).await;
        assert_eq!(rows.len(), 1, "{record}");
        User { org_id: rows[0].get(0), id: rows[0].get(1), email: rows[0].get(2) }
    }

    /// Whether somebody is there whose address this is, and what they are: `mentor`, `mentor (off)`, or nothing.
    pub async fn role_of(&self, email: &str) -> String {
        let sql = "SELECT coalesce((
            SELECT role || CASE WHEN is_active THEN '' ELSE ' (off)' END FROM convene.users
            WHERE lower(email::text) = lower($1) AND deleted_at IS NULL), '')";
        self.admin.value(sql, &[&email]).await
    }

    /// One of the user's columns.
    pub async fn column(&self, user: &User, column: &str) -> Value {
        let sql = format!("SELECT to_jsonb({column}) FROM convene.users WHERE id = $1");
        let rows = self.admin.rows(&sql, &[&user.id]).await;
        rows[0].get::<_, Option<Value>>(0).unwrap_or_default()
    }

    /// `kind name source` of the user's tags.
    pub async fn tags_of(&self, user: &User) -> Vec<String> {
        let sql = "SELECT t.kind || ' ' || t.name || ' ' || ut.source FROM convene.user_tags ut
            JOIN convene.tags t ON t.org_id = ut.org_id AND t.id = ut.tag_id WHERE ut.user_id = $1 ORDER BY 1";
        self.admin.rows(sql, &[&user.id]).await.iter().map(|row| row.get(0)).collect()
    }
}
