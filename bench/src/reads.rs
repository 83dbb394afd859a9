//! What is read among much history: how long each list and report takes, and that none reads a table that has it from one end
//! to the other.

use std::time::Instant;

use tokio_postgres::Client as Connection;
use uuid::Uuid;

use crate::cluster::{Commit, Database};
use crate::outcome::{Outcome, explain, say};
use crate::rounds::median;
use crate::table::{Row, Target, Unit};

/// Calls of each, after as many that do not count: by then Postgres has chosen whether to plan for the values.
const CALLS: usize = 8;
/// A table with fewer rows may be read from end to end.
const SMALL: i64 = 20_000;
/// Milliseconds.
const WANTED: f64 = 50.0;

/// What is read, and how. `ADMIN` and `COORDINATOR` are of the staff, `MENTOR`, `MENTEE` and `BOOKING` of history.
const READS: &[(&str, &str)] = &[
    ("the organization's bookings", "SELECT * FROM convene.list_bookings('COORDINATOR', false)"),
    ("its last week", "SELECT * FROM convene.list_bookings('COORDINATOR', false, p_from => now() - interval '7 days')"),
    ("confirmed ones", "SELECT * FROM convene.list_bookings('COORDINATOR', false, p_status => 'confirmed')"),
    ("canceled ones", "SELECT * FROM convene.list_bookings('COORDINATOR', false, p_status => 'canceled')"),
    (
        "pending ones, of which there is none",
        "SELECT * FROM convene.list_bookings('COORDINATOR', false, p_status => 'pending')",
    ),
    (
        "those of a mentor with a mentee",
        "SELECT * FROM convene.list_bookings('COORDINATOR', false, p_mentor_id => 'MENTOR', p_mentee_id => 'MENTEE')",
    ),
    (
        "those with an address",
        "SELECT * FROM convene.list_bookings('COORDINATOR', false,
            p_email => (SELECT email::text FROM convene.users WHERE id = 'MENTEE'))",
    ),
    ("a mentor's own bookings", "SELECT * FROM convene.list_bookings('MENTOR')"),
    ("a mentor's pending ones", "SELECT * FROM convene.list_bookings('MENTOR', p_status => 'pending')"),
    ("a mentee's no-shows", "SELECT * FROM convene.list_bookings('MENTEE', p_status => 'no_show')"),
    ("a booking", "SELECT * FROM convene.get_booking('BOOKING', 'MENTOR')"),
    ("its history", "SELECT * FROM convene.booking_history('BOOKING', 'MENTOR')"),
    ("a mentor's free slots", "SELECT * FROM convene.list_slots('MENTEE', 'MENTOR')"),
    ("mentors", "SELECT * FROM convene.list_mentors('MENTEE')"),
    (
        "mentors who are free next week",
        "SELECT * FROM convene.list_mentors('MENTEE', p_free_from => now(), p_free_to => now() + interval '7 days')",
    ),
    ("recommended mentors", "SELECT * FROM convene.match_mentors('MENTEE')"),
    ("a mentor's ratings", "SELECT * FROM convene.list_ratings('MENTEE', 'MENTOR', 'received')"),
    ("their average", "SELECT * FROM convene.mentor_rating('MENTEE', 'MENTOR')"),
    ("a mentor's reputation", "SELECT * FROM convene.calculate_reputation('MENTOR')"),
    ("users", "SELECT * FROM convene.list_users('COORDINATOR')"),
    ("users by a text", "SELECT * FROM convene.list_users('COORDINATOR', p_q => 'mentee 49')"),
    ("tier overrides", "SELECT * FROM convene.list_tier_overrides('COORDINATOR')"),
    ("the overview", "SELECT * FROM convene.coordinator_overview('COORDINATOR')"),
    ("the audit log", "SELECT * FROM convene.list_audit_log('ADMIN')"),
    ("the audit log of an admin", "SELECT * FROM convene.list_audit_log('ADMIN', p_by => 'ADMIN')"),
    ("of somebody who did nothing", "SELECT * FROM convene.list_audit_log('ADMIN', p_by => 'MENTEE')"),
    ("of an action", "SELECT * FROM convene.list_audit_log('ADMIN', p_action => 'booking_reassigned')"),
    ("of one that never was", "SELECT * FROM convene.list_audit_log('ADMIN', p_action => 'booking_expired')"),
    (
        "the audit log of last month",
        "SELECT * FROM convene.list_audit_log('ADMIN', p_to => now() - interval '30 days')",
    ),
    ("queues", "SELECT * FROM convene.queue_status()"),
    (
        "a mentor's notices of a day",
        "SELECT * FROM convene.notices WHERE user_id = 'MENTOR' AND created_at >= now() - interval '1 day'",
    ),
];

/// What is as much work as the person has history: nothing else may be read for it.
const OF_ALL_HISTORY: &[(&str, &str)] = &[
    ("the export of a mentee", "SELECT convene.export_user('MENTEE', 'MENTEE')"),
    ("the export of a mentor", "SELECT convene.export_user('MENTOR', 'MENTOR')"),
];

/// Those whom the reads are about.
struct People {
    admin: Uuid,
    coordinator: Uuid,
    mentor: Uuid,
    mentee: Uuid,
    booking: Uuid,
}

pub async fn rows(database: &Database, bookings: u32) -> Outcome<Vec<Row>> {
    let admin = database.admin().await?;
    say("Writing what years leave behind");
    let staff = "SELECT convene.create_user(o.slug::text, role || '@bench.test', role, role)
        FROM convene.organizations o, unnest(ARRAY['admin', 'coordinator']) AS role WHERE o.id = 1";
    admin.batch_execute(staff).await?;
    admin.batch_execute(include_str!("../sql/variety.sql")).await?;
    database.settle().await?;
    let people = People::of(&admin).await?;
    let (mut rows, mut in_sequence) = (Vec::new(), 0.0);
    let session = database.client(Commit::Durable).await?;
    for (reads, target) in [(READS, Target::AtMost(WANTED)), (OF_ALL_HISTORY, Target::AtMost(WANTED * 100.0))] {
        for (name, sql) in reads {
            let read = read(&session, &people.named(sql)).await?;
            say(&format!("{name}: {:.2} ms", read.milliseconds));
            if read.in_sequence > 0 {
                say(&format!("{} rows of large tables are read in sequence by: {sql}", read.in_sequence));
                in_sequence += 1.0;
            }
            let name = format!("among {bookings} bookings: {name}");
            rows.push(Row::alone(name, Unit::Milliseconds, read.milliseconds, target));
        }
    }
    rows.extend(erasure(&session, &people, bookings).await?);
    let name = format!("of these, how many read a table of more than {SMALL} rows in sequence");
    rows.push(Row::alone(name, Unit::Count, in_sequence, Target::AtMost(0.0)));
    Ok(rows)
}

struct Read {
    /// The median.
    milliseconds: f64,
    /// Rows of large tables that were read in sequence, in a call.
    in_sequence: i64,
}

/// Reads that often, in transactions of their own.
async fn read(session: &Connection, sql: &str) -> Outcome<Read> {
    let fault = |error: tokio_postgres::Error| format!("{sql}: {}", explain(&error));
    let (mut times, mut in_sequence) = (Vec::new(), 0);
    for call in 0..2 * CALLS {
        session.batch_execute("BEGIN READ ONLY").await.map_err(fault)?;
        let before = read_in_sequence(session).await?;
        let asked = Instant::now();
        session.query(sql, &[]).await.map_err(fault)?;
        if call >= CALLS {
            times.push(asked.elapsed().as_secs_f64() * 1e3);
        }
        in_sequence = in_sequence.max(read_in_sequence(session).await? - before);
        session.batch_execute("COMMIT").await?;
    }
    Ok(Read { milliseconds: median(times), in_sequence })
}

/// What this session has read of large tables from end to end. Postgres clears the counts now and then between transactions,
/// so that only a difference within one says something.
async fn read_in_sequence(session: &Connection) -> Outcome<i64> {
    let sql = include_str!("../sql/read_in_sequence.sql");
    Ok(session.query_one(sql, &[&SMALL]).await?.try_get(0)?)
}

/// What a step of erasing a mentor takes, and that it is one of several.
async fn erasure(session: &Connection, people: &People, bookings: u32) -> Outcome<Vec<Row>> {
    let (mut begun, mut steps) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        session.batch_execute("BEGIN").await?;
        let asked = Instant::now();
        session.query(&people.named("SELECT * FROM convene.erase_user('MENTOR', 'MENTOR')"), &[]).await?;
        begun.push(asked.elapsed().as_secs_f64() * 1e3);
        for _ in 0..3 {
            let asked = Instant::now();
            session.query(&people.named("SELECT convene.continue_erasure(1, 'MENTOR')"), &[]).await?;
            steps.push(asked.elapsed().as_secs_f64() * 1e3);
        }
        session.batch_execute("ROLLBACK").await?;
    }
    let row = |what: &str, times| {
        Row::alone(
            format!("among {bookings} bookings: {what}"),
            Unit::Milliseconds,
            median(times),
            Target::AtMost(500.0),
        )
    };
    Ok(vec![row("the first step of erasing a mentor", begun), row("each further step", steps)])
}

impl People {
    async fn of(admin: &Connection) -> Outcome<Self> {
        let row = admin.query_one(include_str!("../sql/readers.sql"), &[]).await?;
        let id = |column: &str| row.try_get::<_, Uuid>(column);
        Ok(Self {
            admin: id("admin")?,
            coordinator: id("coordinator")?,
            mentor: id("mentor")?,
            mentee: id("mentee")?,
            booking: id("booking")?,
        })
    }

    /// A statement with their ids.
    fn named(&self, sql: &str) -> String {
        let Self { admin, coordinator, mentor, mentee, booking } = self;
        [("ADMIN", admin), ("COORDINATOR", coordinator), ("MENTOR", mentor), ("MENTEE", mentee), ("BOOKING", booking)]
            .iter()
            .fold(sql.to_owned(), |sql, (name, id)| sql.replace(&format!("'{name}'"), &format!("'{id}'")))
    }
}
