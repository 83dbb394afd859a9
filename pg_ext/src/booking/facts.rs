//! Reads what the checks of booking need to know.

use convene_rules::booking::{BookingFacts, BusyIn, PersonFacts, SlotFacts};
use convene_rules::tier::Tier;
use pgrx::spi::{SpiClient, SpiTupleTable};
use uuid::Uuid;

use crate::failure::Outcome;
use crate::spi::Row;
use crate::statement;
use crate::values::{pg_uuid, pg_uuids};

statement! {
    fresh FACTS = "../sql/slot_facts.sql" (UUIDOID, UUIDARRAYOID, UUIDOID);
    callers FACTS_SEEN = "../sql/slot_facts.sql" (UUIDOID, UUIDARRAYOID, UUIDOID);
}

/// What the slot's block says about meetings in it.
pub struct Meeting {
    pub meeting_type: String,
    pub location: Option<String>,
    pub requires_confirmation: bool,
}

/// The facts about one slot and one person, and the meeting there if there is such a slot. `None` when there is no such
/// person. `moving` is the booking that would leave its own time and slot behind.
///
/// Whoever books has locked mentee and mentor before. Then nobody else can take or withdraw the slot: both need the
/// mentor's row.
pub fn slot_facts(
    client: &SpiClient<'_>,
    person: Uuid,
    slot: Uuid,
    moving: Option<Uuid>,
) -> Outcome<Option<(BookingFacts, Option<Meeting>)>> {
    let args = [pg_uuid(person).into(), pg_uuids(&[slot]).into(), moving.map(pg_uuid).into()];
    let Some(mut row) = FACTS.with(|facts| facts.row(client, &args))? else { return Ok(None) };
    let facts = read(&mut row, person)?;
    let meeting = match facts.slot {
        None => None,
        Some(_) => {
            Some(Meeting { meeting_type: row.value()?, location: row.maybe()?, requires_confirmation: row.value()? })
        }
    };
    Ok(Some((facts, meeting)))
}

/// The facts about many slots, in their order, for functions that only read.
pub fn slot_facts_seen(client: &SpiClient<'_>, person: Uuid, slots: &[Uuid]) -> Outcome<Vec<BookingFacts>> {
    let args = [pg_uuid(person).into(), pg_uuids(slots).into(), None::<pgrx::Uuid>.into()];
    let rows: SpiTupleTable<'_> = FACTS_SEEN.with(|facts| facts.rows(client, &args))?;
    rows.map(|tuple| read(&mut Row::new(tuple), person)).collect()
}

fn read(row: &mut Row<'_>, person: Uuid) -> Outcome<BookingFacts> {
    let now = row.time()?;
    let calendars_required = row.value()?;
    let minimum_notice_minutes = row.value()?;
    let mentee_role = row.value()?;
    let mentee = read_person(row, person)?;
    let highest_bookable_tier = Tier::parse(&row.value::<String>()?)?;
    let weekly_limit = row.maybe()?;
    let time_slot_id = row.id()?;
    let start_time = row.maybe_time()?;
    let slot = match start_time {
        None => None,
        Some(start_time) => Some(SlotFacts {
            start_time,
            end_time: row.time()?,
            withdrawn: row.value()?,
            booked: row.value()?,
            mentor: {
                let mentor_id = row.id()?;
                read_person(row, mentor_id)?
            },
            override_id: row.maybe_id()?,
            booked_that_week: row.value()?,
        }),
    };
    Ok(BookingFacts {
        now,
        calendars_required,
        minimum_notice_minutes,
        mentee,
        mentee_role,
        highest_bookable_tier,
        weekly_limit,
        time_slot_id,
        slot,
    })
}

fn read_person(row: &mut Row<'_>, id: Uuid) -> Outcome<PersonFacts> {
    Ok(PersonFacts {
        id,
        active: row.value()?,
        tier: Tier::parse(&row.value::<String>()?)?,
        calendar_connected: row.value()?,
        calendar_known: row.value()?,
        busy: busy(row)?,
        booked: row.value()?,
    })
}

/// Provider and calendar, or nothing.
fn busy(row: &mut Row<'_>) -> Outcome<Option<BusyIn>> {
    let found: Option<Vec<String>> = row.maybe()?;
    let mut words = found.into_iter().flatten();
    Ok(words.next().zip(words.next()).map(|(provider, calendar)| BusyIn { provider, calendar }))
}
