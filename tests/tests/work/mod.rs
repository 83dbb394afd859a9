//! The queue of what is owed to the outside world: who gets what, and what becomes of it.

mod claiming;
mod crashing;
mod outages;
mod settling;

use support::{Sql, World};
use tokio_postgres::Row;
use uuid::Uuid;

/// A claimed item.
#[derive(Debug, Clone, PartialEq)]
struct Claimed {
    org_id: i32,
    subject: Uuid,
    lane: String,
    lease: Uuid,
    version: i32,
    attempts: i32,
}

/// What a worker asks for.
#[derive(Clone)]
struct Claim {
    limit: i32,
    lane_share: Option<i32>,
    org_share: Option<i32>,
    lanes: Vec<String>,
    org_ids: Vec<i32>,
    most_per_key: Option<i32>,
    resting_keys: Vec<Uuid>,
}

fn up_to(limit: i32) -> Claim {
    Claim {
        limit,
        lane_share: None,
        org_share: None,
        lanes: vec![],
        org_ids: vec![],
        most_per_key: None,
        resting_keys: vec![],
    }
}

impl Claim {
    async fn from(&self, sql: &Sql) -> Vec<Claimed> {
        let lease = Uuid::new_v4();
        let claim = "SELECT org_id, subject_id, lane, version, attempts
            FROM convene.claim_work('writebacks', $1, $2, 60, $3, $4, $5, $6, $7, $8)";
        let claimed = |row: &Row| Claimed {
            org_id: row.get(0),
            subject: row.get(1),
            lane: row.get(2),
            lease,
            version: row.get(3),
            attempts: row.get(4),
        };
        let Self { limit, lane_share, org_share, lanes, org_ids, most_per_key, resting_keys } = self;
        let rows =
            sql.rows(claim, &[&lease, limit, lane_share, org_share, lanes, org_ids, most_per_key, resting_keys]).await;
        rows.iter().map(claimed).collect()
    }
}

/// Settles one; what it became, `None` when the claim was lost.
async fn settle(world: &World, item: &Claimed, outcome: &str) -> Option<String> {
    let sql = "SELECT became FROM convene.settle_work('writebacks', ARRAY[$1::int], ARRAY[$2::uuid], ARRAY[$3::uuid],
        ARRAY[$4::int], ARRAY[$5::text], ARRAY['503'], ARRAY[NULL::float8], ARRAY[NULL::timestamptz])";
    let rows = world.admin.rows(sql, &[&item.org_id, &item.subject, &item.lease, &item.version, &outcome]).await;
    rows.first().map(|row| row.get(0))
}

/// A column of the only item, as text; `None` when there is no item, or it is NULL.
async fn column(world: &World, column: &str) -> Option<String> {
    let rows = world.admin.rows(&format!("SELECT {column}::text FROM convene.work_items"), &[]).await;
    rows.first().and_then(|row| row.get(0))
}
