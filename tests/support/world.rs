//! An organization with people, slots and bookings: what a test arranges before it looks.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::TestDatabase;
use crate::sql::{Refused, Sql};

/// A database, its organization `test` (UTC, no calendars required), and two connections.
pub struct World {
    pub database: TestDatabase,
    /// The superuser: arranges and inspects.
    pub admin: Sql,
    /// The role of the HTTP service: acts.
    pub sql: Sql,
    pub org: Organization,
}

/// A tenant.
#[derive(Debug, Clone)]
pub struct Organization {
    pub id: i32,
    pub slug: String,
}

/// Somebody.
#[derive(Debug, Clone)]
pub struct User {
    pub org_id: i32,
    pub id: Uuid,
    pub email: String,
}

/// A slot of 30 minutes.
#[derive(Debug, Clone)]
pub struct Slot {
    pub org_id: i32,
    pub id: Uuid,
    pub block_id: Uuid,
    pub mentor_id: Uuid,
    pub start: Timestamp,
}

/// A booking as a function returned it.
#[derive(Debug, Clone, PartialEq)]
pub struct Booking(pub Value);

/// From now, minutes long: negative is in the past.
pub fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

pub fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

/// When holds and requests lapse, as functions would have written it.
pub const SETTLE_LAPSES: &str = "
    UPDATE convene.bookings b
    SET lapses_at = CASE b.status
        WHEN 'held' THEN b.held_until
        ELSE least(b.created_at + o.pending_expiry_days * interval '1 day', b.start_time)
    END
    FROM convene.organizations o
    WHERE o.id = b.org_id AND b.status IN ('held', 'pending');
    UPDATE convene.booking_participants p
    SET lapses_at = b.lapses_at
    FROM convene.bookings b
    WHERE b.org_id = p.org_id AND b.id = p.booking_id AND p.lapses_at IS DISTINCT FROM b.lapses_at;";

/// What meetings are for, when it does not matter.
pub const GOAL: &str = "Find out whether our pricing holds up";

impl World {
    pub async fn new() -> Self {
        Self::in_database(TestDatabase::new().await).await
    }

    /// The same in a database that is there.
    pub async fn in_database(database: TestDatabase) -> Self {
        let admin = Sql::connect(&database.admin()).await;
        let sql = Sql::connect(&database.role("convene_service")).await;
        let org = organization(&admin, "test").await;
        Self { database, admin, sql, org }
    }

    /// One more connection of the service's role.
    pub async fn connect(&self) -> Sql {
        Sql::connect(&self.database.role("convene_service")).await
    }

    /// Another tenant.
    pub async fn other_organization(&self, slug: &str) -> Organization {
        organization(&self.admin, slug).await
    }

    /// Sets a policy number of the organization.
    pub async fn policy(&self, column: &str, value: impl std::fmt::Display) {
        let sql = format!("UPDATE convene.organizations SET {column} = '{value}' WHERE id = {}", self.org.id);
        self.admin.run(&sql).await;
    }

    pub async fn user_in(&self, org: &Organization, role: &str) -> User {
        let email = format!("{}@{}.test", Uuid::new_v4().simple(), org.slug);
        let sql = "SELECT convene.create_user($1, $2, $3, $4)";
        let name = format!("A {role}");
        let id = self.admin.value(sql, &[&org.slug, &email, &name, &role]).await;
        User { org_id: org.id, id, email }
    }

    /// A user of the organization, silver until their reputation is next calculated.
    pub async fn user(&self, role: &str) -> User {
        self.with_tier(self.user_in(&self.org, role).await, "silver").await
    }

    pub async fn mentee(&self) -> User {
        self.user("mentee").await
    }

    /// Lets everybody book as often as they like.
    pub async fn without_weekly_limits(&self) {
        self.admin.run("UPDATE convene.tier_policies SET weekly_limit = NULL").await;
    }

    pub async fn mentor(&self) -> User {
        self.user("mentor").await
    }

    pub async fn coordinator(&self) -> User {
        self.user("coordinator").await
    }

    /// The same user in a tier, as if their record had brought them there.
    pub async fn with_tier(&self, user: User, tier: &str) -> User {
        let sql = "UPDATE convene.users u SET reputation_tier = p.tier, reputation_score = p.minimum_score
            FROM convene.tier_policies p
            WHERE p.org_id = u.org_id AND p.tier = $2 AND u.id = $1";
        assert_eq!(self.admin.execute(sql, &[&user.id, &tier]).await, 1);
        user
    }

    /// A slot that starts that long from now.
    pub async fn slot(&self, mentor: &User, from_now: SignedDuration) -> Slot {
        self.slot_at(mentor, in_whole_minutes(from_now)).await
    }

    pub async fn slot_at(&self, mentor: &User, start: Timestamp) -> Slot {
        self.make_slot(mentor, start, false).await
    }

    /// A slot whose mentor confirms each request.
    pub async fn slot_on_request(&self, mentor: &User, from_now: SignedDuration) -> Slot {
        self.make_slot(mentor, in_whole_minutes(from_now), true).await
    }

    async fn make_slot(&self, mentor: &User, start: Timestamp, requires_confirmation: bool) -> Slot {
        let sql = "WITH block AS (
                INSERT INTO convene.availability_blocks (
                    org_id, id, mentor_id, recurrence, start_date, start_time, end_time, time_zone, slot_minutes,
                    requires_confirmation, generated_until
                )
                VALUES ($1, convene.new_id($1), $2, 'one_time', ($3 AT TIME ZONE 'UTC')::date, '00:00', '24:00', 'UTC', 30, $4, '2999-12-31')
                RETURNING org_id, id, mentor_id
            )
            INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time)
            SELECT org_id, convene.new_id(org_id), id, mentor_id, $3, $3::timestamptz + interval '30 minutes' FROM block
            RETURNING id, block_id";
        let rows = self.admin.rows(sql, &[&mentor.org_id, &mentor.id, &start, &requires_confirmation]).await;
        let (id, block_id) = (rows[0].get(0), rows[0].get(1));
        Slot { org_id: mentor.org_id, id, block_id, mentor_id: mentor.id, start }
    }

    /// Takes a slot back, as if its block had changed.
    pub async fn withdraw(&self, slot: &Slot) {
        self.admin.execute("UPDATE convene.time_slots SET deleted_at = now() WHERE id = $1", &[&slot.id]).await;
    }

    /// Connects an external calendar.
    pub async fn connect_calendar(&self, user: &User) {
        let sql = "INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
            VALUES ($1, convene.new_id($1), $2, 'google', now())
            ON CONFLICT (org_id, user_id, provider) DO UPDATE SET status = 'connected', synced_at = now()";
        self.admin.execute(sql, &[&user.org_id, &user.id]).await;
    }

    /// Puts something into the user's external calendar while the slot lasts.
    pub async fn busy(&self, user: &User, slot: &Slot) {
        let sql = "WITH connection AS (
                INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
                VALUES ($1, convene.new_id($1), $2, 'google', now())
                ON CONFLICT (org_id, user_id, provider) DO UPDATE SET synced_at = now()
                RETURNING org_id, id, user_id
            )
            INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
            SELECT org_id, convene.new_id(org_id), user_id, id, 'primary', tstzrange($3, $3::timestamptz + interval '5 minutes') FROM connection";
        self.admin.execute(sql, &[&user.org_id, &user.id, &slot.start]).await;
    }

    /// Moves a booking with its slot to where it would be had time passed: it starts that long from now.
    pub async fn let_start(&self, booking: &Booking, from_now: SignedDuration) {
        let start = in_whole_minutes(from_now);
        let (id, slot) = (booking.id(), booking.uuid("time_slot_id"));
        let sql = "WITH moved AS (
                SELECT org_id, id, $3::timestamptz - start_time AS later FROM convene.bookings WHERE id = $1
            ), slot AS (
                UPDATE convene.time_slots s SET start_time = s.start_time + m.later, end_time = s.end_time + m.later
                FROM moved m WHERE s.org_id = m.org_id AND s.id = $2
            ), people AS (
                UPDATE convene.booking_participants p
                SET start_time = p.start_time + m.later,
                    blocked = tstzrange(lower(p.blocked) + m.later, upper(p.blocked) + m.later)
                FROM moved m WHERE p.org_id = m.org_id AND p.booking_id = m.id
            ), history AS (
                UPDATE convene.booking_events e SET start_time = e.start_time + m.later, end_time = e.end_time + m.later
                FROM moved m WHERE e.org_id = m.org_id AND e.booking_id = m.id
            )
            UPDATE convene.bookings b SET start_time = b.start_time + m.later, end_time = b.end_time + m.later
            FROM moved m WHERE b.org_id = m.org_id AND b.id = m.id";
        self.admin.execute(sql, &[&id, &slot, &start]).await;
        self.settle_lapses().await;
    }

    /// After rows were made older by hand: when holds and requests lapse follows.
    pub async fn settle_lapses(&self) {
        self.admin.run(SETTLE_LAPSES).await;
    }

    pub async fn book(&self, mentee: &User, slot: &Slot) -> Result<Booking, Refused> {
        self.act("create_booking_atomic", booking_of(mentee, slot)).await
    }

    /// A booking of a slot that was made for it.
    pub async fn booking(&self, mentee: &User, mentor: &User, from_now: SignedDuration) -> Booking {
        let slot = self.slot(mentor, from_now).await;
        self.book(mentee, &slot).await.expect("nothing speaks against it")
    }

    /// A request that waits for the mentor.
    pub async fn request(&self, mentee: &User, mentor: &User, from_now: SignedDuration) -> Booking {
        let slot = self.slot_on_request(mentor, from_now).await;
        self.book(mentee, &slot).await.expect("nothing speaks against it")
    }

    /// A booking of a meeting that took place an hour ago, completed.
    pub async fn completed_booking(&self, mentee: &User, mentor: &User) -> Booking {
        let booking = self.booking(mentee, mentor, hours(1)).await;
        self.let_start(&booking, hours(-1)).await;
        self.complete(&booking, mentor).await.expect("it has started")
    }

    pub async fn confirm(&self, booking: &Booking, actor: &User) -> Result<Booking, Refused> {
        self.act("confirm_booking", json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id })).await
    }

    pub async fn decline(&self, booking: &Booking, actor: &User) -> Result<Booking, Refused> {
        self.act("decline_booking", json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id })).await
    }

    pub async fn cancel(&self, booking: &Booking, actor: &User) -> Result<Booking, Refused> {
        self.act("cancel_booking", json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id })).await
    }

    pub async fn reschedule(&self, booking: &Booking, actor: &User, slot: &Slot) -> Result<Booking, Refused> {
        let arguments = json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id, "p_time_slot_id": slot.id });
        self.act("reschedule_booking", arguments).await
    }

    pub async fn reassign(&self, booking: &Booking, actor: &User, slot: &Slot) -> Result<Booking, Refused> {
        let arguments = json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id, "p_time_slot_id": slot.id });
        self.act("reassign_booking", arguments).await
    }

    pub async fn complete(&self, booking: &Booking, actor: &User) -> Result<Booking, Refused> {
        self.act("complete_booking", json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id })).await
    }

    pub async fn no_show(&self, booking: &Booking, actor: &User, absent: &User) -> Result<Booking, Refused> {
        let arguments = json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id, "p_absent_user_id": absent.id });
        self.act("mark_no_show", arguments).await
    }

    pub async fn rate(&self, booking: &Booking, rater: &User, rating: i32) -> Result<Value, Refused> {
        let arguments = json!({ "p_booking_id": booking.id(), "p_rater_id": rater.id, "p_rating": rating });
        self.sql.call_one("rate_booking", arguments).await
    }

    /// Calls a function that changes a booking.
    pub async fn act(&self, function: &str, arguments: Value) -> Result<Booking, Refused> {
        self.sql.call_one(function, arguments).await.map(Booking)
    }

    /// The codes of everything that speaks against the mentee having the slot.
    pub async fn reasons(&self, mentee: &User, slot: &Slot) -> Vec<String> {
        let arguments = json!({ "p_time_slot_id": slot.id, "p_mentee_id": mentee.id });
        let reasons = self.sql.call("explain_slot", arguments).await.expect("the mentee may ask");
        reasons.iter().map(|reason| reason["code"].as_str().expect("a code").to_owned()).collect()
    }

    /// A fingerprint of every table but the rate limits': two are equal when nothing changed between them.
    pub async fn snapshot(&self) -> Vec<(String, String)> {
        let tables = self
            .admin
            .rows("SELECT c.oid::regclass::text FROM pg_class c WHERE relnamespace = 'convene'::regnamespace AND relkind = 'r' AND relname <> 'rate_limit_buckets' ORDER BY 1", &[])
            .await;
        let each: Vec<String> = tables
            .iter()
            .map(|row| row.get::<_, String>(0))
            .map(|table| {
                format!("SELECT '{table}' AS name, coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {table} t")
            })
            .collect();
        let rows = self.admin.rows(&each.join(" UNION ALL "), &[]).await;
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

/// The arguments of booking a slot.
pub fn booking_of(mentee: &User, slot: &Slot) -> Value {
    json!({ "p_time_slot_id": slot.id, "p_mentee_id": mentee.id, "p_meeting_goal": GOAL })
}

/// That long from now, in whole minutes.
pub fn in_whole_minutes(from_now: SignedDuration) -> Timestamp {
    let second = (Timestamp::now() + from_now).as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).expect("a time of our century")
}

async fn organization(admin: &Sql, slug: &str) -> Organization {
    let id = admin.value("SELECT convene.create_organization($1, $1)", &[&slug]).await;
    Organization { id, slug: slug.to_owned() }
}

impl Booking {
    pub fn id(&self) -> Uuid {
        self.uuid("id")
    }

    pub fn uuid(&self, field: &str) -> Uuid {
        self.text(field).parse().expect("a UUID")
    }

    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_else(|| panic!("{field} is no text: {}", self.0[field]))
    }

    pub fn status(&self) -> &str {
        self.text("status")
    }

    pub fn time(&self, field: &str) -> Timestamp {
        self.text(field).parse().expect("an instant")
    }
}
