//! Reads when hosts can be booked for an event type, and how often they still may be.

use std::collections::HashMap;

use convene_rules::eligibility::Offer;
use convene_rules::hours::{DayWindow, Hours, Opening, Travel};
use convene_rules::tally::Tally;
use convene_rules::timeline::Span;
use convene_rules::zone::{WallTime, Zone};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::EventType;
use crate::booking::Reading;
use crate::failure::{Failure, Outcome};
use crate::spi::Statement;
use crate::values::{pg_date, pg_timestamp, pg_uuid, pg_uuids};
use crate::{record, statement};

statement! {
    fresh HOURS: HoursRow = "../sql/event_types/hours.sql" (INT4OID, UUIDARRAYOID, UUIDOID, DATEOID, DATEOID);
    callers HOURS_SEEN: HoursRow = "../sql/event_types/hours.sql" (INT4OID, UUIDARRAYOID, UUIDOID, DATEOID, DATEOID);
    fresh COUNTED: CountedRow = "../sql/event_types/counted.sql" (
        INT4OID, UUIDOID, UUIDARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID,
    );
    callers COUNTED_SEEN: CountedRow = "../sql/event_types/counted.sql" (
        INT4OID, UUIDOID, UUIDARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID,
    );
}

record! {
    /// A row of `hours.sql`; which fields it has depends on its kind.
    struct HoursRow {
        kind: String,
        person_id: Uuid,
        time_zone: Option<String>,
        weekday: Option<i16>,
        first_day: Option<Date>,
        last_day: Option<Date>,
        start_time: Option<WallTime>,
        end_time: Option<WallTime>,
    }
}

record! {
    struct CountedRow {
        user_id: Uuid,
        start_time: Timestamp,
        end_time: Timestamp,
    }
}

/// What each of `hosts` offers within `span`. `moving` is the booking that would leave its own time behind.
pub fn offers(
    client: &SpiClient<'_>,
    event_type: &EventType,
    hosts: &[Uuid],
    span: Span,
    moving: Option<Uuid>,
    reading: Reading,
) -> Outcome<HashMap<Uuid, Offer>> {
    let hours = hours(client, event_type, hosts, span, reading)?;
    let mut meetings = counted(client, event_type, hosts, span, moving, reading)?;
    let offers = hours.into_iter().map(|(host_id, hours)| {
        let zone = hours.zone().clone();
        let offer = Offer {
            opening: Opening::new(hours.windows(span)),
            limits: event_type.limits(host_id),
            tally: Tally::count(zone.clone(), meetings.remove(&host_id).unwrap_or_default()),
            zone,
        };
        (host_id, offer)
    });
    Ok(offers.collect())
}

/// Hosts without a schedule have no hours.
fn hours(
    client: &SpiClient<'_>,
    event_type: &EventType,
    hosts: &[Uuid],
    span: Span,
    reading: Reading,
) -> Outcome<HashMap<Uuid, Hours>> {
    let date = |instant: Timestamp| instant.to_zoned(TimeZone::UTC).date();
    let args = [
        event_type.row.org_id.into(),
        pg_uuids(hosts).into(),
        event_type.row.schedule_id.map(pg_uuid).into(),
        // Dates of any zone, and one more on either side, for windows that reach into the time that is looked at.
        pg_date(date(span.start).saturating_sub(4.days()))?.into(),
        pg_date(date(span.end).saturating_add(4.days()))?.into(),
    ];
    let statement: &Statement<HoursRow> = if reading == Reading::Deciding { &HOURS } else { &HOURS_SEEN };
    let rows: Vec<HoursRow> = statement.rows(client, &args)?.collect::<Outcome<_>>()?;
    let mut found: HashMap<Uuid, Hours> =
        hosts.iter().map(|host| Ok((*host, Hours::new(Zone::iana("UTC")?)))).collect::<Outcome<_>>()?;
    let zone = |row: &HoursRow| Zone::iana(row.time_zone.as_deref().unwrap_or_default());
    for row in rows.iter().filter(|row| row.kind == "schedule") {
        found.insert(row.person_id, Hours::new(zone(row)?));
    }
    for row in rows {
        let Some(hours) = found.get_mut(&row.person_id) else { continue };
        let missing = || Failure::Corrupt(format!("a {} row of a schedule lacks something", row.kind));
        let window = row.start_time.zip(row.end_time).map(|(start, end)| DayWindow { start, end });
        match row.kind.as_str() {
            "schedule" => (),
            "weekly" => hours.every_week(row.weekday.ok_or_else(missing)?, window.ok_or_else(missing)?),
            "dated" => hours.on_date(row.first_day.ok_or_else(missing)?, window.ok_or_else(missing)?),
            "off" => hours.day_off(row.first_day.ok_or_else(missing)?),
            _ => {
                let (first_day, last_day) = row.first_day.zip(row.last_day).ok_or_else(missing)?;
                hours.travel(Travel { first_day, last_day, zone: zone(&row)? });
            }
        }
    }
    Ok(found)
}

/// Meetings that count towards limits; none are read where there is no limit.
fn counted(
    client: &SpiClient<'_>,
    event_type: &EventType,
    hosts: &[Uuid],
    span: Span,
    moving: Option<Uuid>,
    reading: Reading,
) -> Outcome<HashMap<Uuid, Vec<Span>>> {
    let mut found: HashMap<Uuid, Vec<Span>> = HashMap::new();
    if hosts.iter().all(|host| event_type.limits(*host).is_unlimited()) {
        return Ok(found);
    }
    let reach = Tally::reach(span);
    let args = [
        event_type.row.org_id.into(),
        pg_uuid(event_type.row.id).into(),
        pg_uuids(hosts).into(),
        pg_timestamp(reach.start)?.into(),
        pg_timestamp(reach.end)?.into(),
        moving.map(pg_uuid).into(),
    ];
    let statement: &Statement<CountedRow> = if reading == Reading::Deciding { &COUNTED } else { &COUNTED_SEEN };
    for row in statement.rows(client, &args)? {
        let row = row?;
        found.entry(row.user_id).or_default().push(Span { start: row.start_time, end: row.end_time });
    }
    Ok(found)
}
