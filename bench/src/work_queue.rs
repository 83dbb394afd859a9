//! Work items claimed and settled, with nothing done to them, against two bare statements that do the same.

use std::time::Instant;

use tokio_postgres::{Client as Connection, Statement};
use uuid::Uuid;

use crate::cluster::Cluster;
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::people;
use crate::rounds::take_turns;
use crate::table::{Row, Target, Unit};

/// Items in one claim, as the service takes them.
const CLAIM: i32 = 32;
const CLAIMS: u32 = 300;

const ENQUEUE: &str = "INSERT INTO convene.work_items (org_id, queue, subject_id, lane, due_at)
    SELECT 1, 'bench', convene.new_id(1), CASE nth % 2 WHEN 0 THEN 'google' ELSE 'microsoft' END,
        clock_timestamp() - nth * interval '1 ms'
    FROM generate_series(1, $1::integer) AS nth";
const OURS: &str = "SELECT subject_id, version FROM convene.claim_work('bench', $1, 32, 60)";
const OURS_SETTLE: &str =
    "SELECT count(*) FROM convene.settle_work('bench', array_fill(1, ARRAY[$2::integer]), $3::uuid[],
    array_fill($1::uuid, ARRAY[$2::integer]), $4::integer[], array_fill('done'::text, ARRAY[$2::integer]),
    array_fill(NULL::text, ARRAY[$2::integer]), array_fill(NULL::double precision, ARRAY[$2::integer]),
    array_fill(NULL::timestamptz, ARRAY[$2::integer]))";
const BARE: &str = "SELECT subject_id, version FROM bench.claim($1)";
const BARE_SETTLE: &str = "SELECT count(*) FROM bench.settle($1, $2, $3, $4)";

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let waiting = options.or_quick(1_000_000, 100_000);
    let database = cluster.fresh_database("work_queue").await?;
    let admin = database.admin().await?;
    people::invite(&admin, 1, 1).await?;
    admin.batch_execute(include_str!("../sql/work_items.sql")).await?;
    admin.execute(ENQUEUE, &[&waiting]).await.map_err(|error| explain(&error))?;
    database.settle().await?;

    let ours = (admin.prepare(OURS).await?, admin.prepare(OURS_SETTLE).await?);
    let bare = (admin.prepare(BARE).await?, admin.prepare(BARE_SETTLE).await?);
    let turns = take_turns(&["ours", "two bare statements"], options.rounds(), async |side| {
        let (claim, settle) = if side == 0 { &ours } else { &bare };
        let started = Instant::now();
        for _ in 0..CLAIMS {
            claim_and_settle(&admin, claim, settle).await?;
        }
        Ok(f64::from(CLAIMS) * f64::from(CLAIM) / started.elapsed().as_secs_f64())
    })
    .await?;
    cluster.finish(database, options).await?;
    Ok(vec![Row::beside(
        format!("work items claimed and settled, {CLAIM} at once, among {waiting} that wait: two bare statements"),
        Unit::PerSecond,
        &turns[0],
        &turns[1],
        Target::AtLeast(3_000.0),
    )])
}

async fn claim_and_settle(admin: &Connection, claim: &Statement, settle: &Statement) -> Outcome<()> {
    let lease = Uuid::new_v4();
    let claimed = admin.query(claim, &[&lease]).await.map_err(|error| explain(&error))?;
    let (mut subjects, mut versions) = (Vec::<Uuid>::new(), Vec::<i32>::new());
    for item in &claimed {
        subjects.push(item.try_get(0)?);
        versions.push(item.try_get(1)?);
    }
    let settled = admin.query_one(settle, &[&lease, &CLAIM, &subjects, &versions]).await;
    match settled.map_err(|error| explain(&error))?.try_get::<_, i64>(0)? {
        settled if settled == i64::from(CLAIM) => Ok(()),
        settled => Err(format!("{settled} items were settled, not {CLAIM}").into()),
    }
}
