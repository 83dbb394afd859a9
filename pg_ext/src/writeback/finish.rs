//! Keeps what became of an event.

use convene_rules::refusal::Refusal;
use convene_rules::writeback::{Attempt, Conclusion, Finished, Found, Link, Span, finish};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::accounts::{self, Accounts};
use super::meetings::{self, BookedMeeting};
use super::rows::{self, Batch};
use crate::failure::{Outcome, answer};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, booking, record, statement};

statement! {
    fresh OWN: Own = "../sql/writeback_own.sql" (INT4OID, UUIDOID);
    fresh CLAIM: Claim = "../sql/writeback_claim.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh SETTLE = "../sql/writeback_settle.sql" (
        INT4OID, UUIDOID, TEXTOID, INT4OID, BOOLOID, TEXTOID, BOOLOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
        INT4OID, TEXTOID,
    );
    fresh OUTDATE = "../sql/writeback_outdate.sql" (INT4OID, UUIDOID);
}

record! {
    struct Own {
        booking_id: Uuid,
        user_id: Uuid,
        connection_id: Uuid,
    }
}

record! {
    struct Claim {
        attempts: i32,
        now: Timestamp,
    }
}

/// What a worker reports.
struct Report<'a> {
    org_id: i32,
    id: Uuid,
    lease: Uuid,
    generation: i32,
    found: Reported<'a>,
}

enum Reported<'a> {
    Written { at: Span, event_id: &'a str, event_url: Option<&'a str>, conference: Conference<'a> },
    Removed,
    Gone,
}

enum Conference<'a> {
    None,
    Pending,
    Ready(&'a str),
    Failed,
}

/// Keeps what became of an event, and says what is to become of the work; NULL when the claim was lost. COMMENT in
/// finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
#[allow(clippy::too_many_arguments)] // the SQL signature
fn finish_writeback(
    p_org_id: Option<i32>,
    p_id: Option<pgrx::Uuid>,
    p_lease: Option<pgrx::Uuid>,
    p_generation: Option<i32>,
    p_result: Option<&str>,
    p_start_time: default!(Option<TimestampWithTimeZone>, "NULL"),
    p_end_time: default!(Option<TimestampWithTimeZone>, "NULL"),
    p_event_id: default!(Option<&str>, "NULL"),
    p_event_url: default!(Option<&str>, "NULL"),
    p_conference: default!(Option<&str>, "'none'"),
    p_conference_url: default!(Option<&str>, "NULL"),
) -> Option<&'static str> {
    let finished = || {
        let conference = match args::required(p_conference, "conference")? {
            "none" => Conference::None,
            "pending" => Conference::Pending,
            "failed" => Conference::Failed,
            "ready" => Conference::Ready(args::required(p_conference_url, "conference_url")?),
            _ => return Err(Refusal::invalid("conference", "must be none, pending, ready or failed").into()),
        };
        let found = match args::required(p_result, "result")? {
            "removed" => Reported::Removed,
            "gone" => Reported::Gone,
            "written" => Reported::Written {
                at: Span { start: args::time(p_start_time, "start_time")?, end: args::time(p_end_time, "end_time")? },
                event_id: args::required(p_event_id, "event_id")?,
                event_url: p_event_url,
                conference,
            },
            _ => return Err(Refusal::invalid("result", "must be written, removed or gone").into()),
        };
        let report = Report {
            org_id: args::required(p_org_id, "org_id")?,
            id: args::id(p_id, "id")?,
            lease: args::id(p_lease, "lease")?,
            generation: args::required(p_generation, "generation")?,
            found,
        };
        Spi::connect(|client| report.keep(client))
    };
    answer(finished()).map(|conclusion| match conclusion {
        Conclusion::Done => "done",
        Conclusion::AwaitLink => "await_link",
        Conclusion::MakeAnew => "make_anew",
    })
}

impl Report<'_> {
    fn keep(&self, client: &SpiClient<'_>) -> Outcome<Option<Conclusion>> {
        let key = [self.org_id.into(), pg_uuid(self.id).into()];
        let Some(own) = OWN.row(client, &key)? else { return Ok(None) };
        meetings::lock(client, self.org_id, &[own.booking_id])?;
        let mut meetings = meetings::read(client, self.org_id, &[own.booking_id])?;
        let Some(booked) = meetings.remove(&own.booking_id) else { return Ok(None) };
        let mut users: Vec<Uuid> = vec![own.user_id];
        if self.concerns_others() {
            users.extend(booked.users());
            users.extend(rows::users_of(client, self.org_id, &[own.booking_id])?);
        }
        accounts::lock(client, self.org_id, &users)?;
        let accounts = Accounts::read(client, self.org_id, &users)?.of(users);
        let mut known = rows::lock(client, self.org_id, &[own.booking_id])?;
        let Some(known) = known.remove(&own.booking_id) else { return Ok(None) };
        let args = [self.org_id.into(), pg_uuid(self.id).into(), pg_uuid(self.lease).into()];
        let Some(claim) = CLAIM.row(client, &args)? else { return Ok(None) };
        let attempt = Attempt {
            user_id: own.user_id,
            generation: self.generation,
            attempts: claim.attempts,
            found: self.found(&booked),
        };
        let finished = finish(&known.rows, &booked.parties, &accounts, &attempt, claim.now);
        let Some(finished) = finished else { return Ok(None) };
        self.settle(client, &finished)?;
        if finished.outdates_busy_time {
            OUTDATE.run(client, &[self.org_id.into(), pg_uuid(own.connection_id).into()])?;
        }
        if let (true, Some(url)) = (finished.brings_link, self.link()) {
            booking::set_conference_link(client, self.org_id, own.booking_id, Some(url))?;
        }
        let mut batch = Batch::of(self.org_id);
        batch.add(own.booking_id, Some(&known), &accounts, finished.others)?;
        batch.store(client)?;
        Ok(Some(finished.conclusion))
    }

    /// Whether other events of the booking may change.
    fn concerns_others(&self) -> bool {
        match &self.found {
            Reported::Written { conference: Conference::None, .. } | Reported::Removed | Reported::Gone => false,
            Reported::Written { .. } => true,
        }
    }

    fn found(&self, booked: &BookedMeeting) -> Found {
        match &self.found {
            Reported::Removed => Found::Removed,
            Reported::Gone => Found::Gone,
            Reported::Written { at, event_id, conference, .. } => {
                let link = match conference {
                    Conference::None => Link::None,
                    Conference::Pending => Link::Pending,
                    Conference::Failed => Link::Refused,
                    Conference::Ready(url) if booked.conference_url.as_deref() == Some(*url) => Link::Known,
                    Conference::Ready(_) => Link::New,
                };
                Found::Written { at: *at, event_id: (*event_id).to_owned(), link }
            }
        }
    }

    fn link(&self) -> Option<&str> {
        match &self.found {
            Reported::Written { conference: Conference::Ready(url), .. } => Some(url),
            _ => None,
        }
    }

    fn settle(&self, client: &SpiClient<'_>, finished: &Finished) -> Outcome<()> {
        let row = &finished.row;
        let event_url = match &self.found {
            Reported::Written { event_url, .. } => *event_url,
            Reported::Removed | Reported::Gone => None,
        };
        let time = |time: fn(&Span) -> Timestamp| row.written.as_ref().map(time).map(pg_timestamp).transpose();
        let args = [
            self.org_id.into(),
            pg_uuid(self.id).into(),
            row.operation.as_ref().into(),
            row.incarnation.into(),
            row.hosts_conference.into(),
            row.status.as_ref().into(),
            row.begun.into(),
            row.event_id.as_deref().into(),
            event_url.into(),
            time(|written| written.start)?.into(),
            time(|written| written.end)?.into(),
            row.written_generation.into(),
            row.conference.as_ref().into(),
        ];
        SETTLE.run(client, &args)?;
        Ok(())
    }
}
