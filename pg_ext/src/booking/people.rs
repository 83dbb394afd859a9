//! Reads what the rules must know of people: who they are, and when their time is taken. Once for all candidates.

use std::collections::{HashMap, HashSet};

use convene_rules::eligibility::{
    Account, Attendee, Booked, BusyIn, Candidate, Facts, Freshness, Offer, Person, Policy, Purpose, Source, Standing,
    first_refusal, lapsed_in_the_way,
};
use convene_rules::membership::Suspension;
use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use convene_rules::tier::{Reach, Tier};
use convene_rules::timeline::{Span, Timeline};
use convene_rules::week::Weeks;
use convene_rules::zone::Zone;
use jiff::Timestamp;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::expire;
use crate::event_types::{EventType, offers};
use crate::failure::{Failure, Outcome};
use crate::ids::IdRow;
use crate::spi::Statement;
use crate::values::{pg_timestamp, pg_uuid, pg_uuids};
use crate::{lock, record, statement};

statement! {
    fresh LOCK: PersonRow = "../sql/booking/lock_people.sql" (UUIDOID, UUIDARRAYOID);
    fresh LOCK_OF_SLOT: PersonRow = "../sql/booking/lock_people_of_slot.sql" (UUIDOID, UUIDOID, INT4OID);
    callers SEE: PersonRow = "../sql/booking/see_people.sql" (UUIDOID, UUIDARRAYOID);
    fresh LOCK_HOSTS: PersonRow = "../sql/event_types/lock_hosts.sql" (INT4OID, UUIDARRAYOID);
    fresh LOOK_AT_HOSTS: PersonRow = "../sql/event_types/see_hosts.sql" (INT4OID, UUIDARRAYOID);
    callers SEE_HOSTS: PersonRow = "../sql/event_types/see_hosts.sql" (INT4OID, UUIDARRAYOID);
    fresh FACTS: FactRow = "../sql/booking/time_facts.sql" (
        INT4OID, UUIDARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, UUIDOID,
    );
    callers FACTS_SEEN: FactRow = "../sql/booking/time_facts.sql" (
        INT4OID, UUIDARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, UUIDOID,
    );
    fresh NAMES: NameRow = "../sql/booking/calendar_names.sql" (INT4OID, UUIDARRAYOID, TEXTARRAYOID);
    callers NAMES_SEEN: NameRow = "../sql/booking/calendar_names.sql" (INT4OID, UUIDARRAYOID, TEXTARRAYOID);
    fresh OVERRIDE: IdRow = "../sql/booking/override.sql" (INT4OID, UUIDOID, UUIDOID);
    callers OVERRIDE_SEEN: IdRow = "../sql/booking/override.sql" (INT4OID, UUIDOID, UUIDOID);
}

record! {
    /// A person, and the policy of their organization.
    #[derive(Debug, Clone)]
    pub struct PersonRow {
        pub now: Timestamp = "clock_timestamp()",
        pub id: Uuid = "person.id",
        pub org_id: i32 = "person.org_id",
        pub name: String = "person.name",
        pub role: Role = "person.role",
        pub is_active: bool = "convene.is_active_now(person)",
        pub suspension_reason: Option<String> = "person.suspension_reason",
        pub suspended_until: Option<Timestamp> = "person.suspended_until",
        pub is_removed: bool = "person.deleted_at IS NOT NULL",
        pub tier: Tier = "person.reputation_tier",
        pub highest_bookable_tier: Tier = "(SELECT tier.highest_bookable_tier FROM convene.tier_policies tier
            WHERE tier.org_id = person.org_id AND tier.tier = person.reputation_tier)",
        pub weekly_limit: Option<i32> = "(SELECT tier.weekly_limit FROM convene.tier_policies tier
            WHERE tier.org_id = person.org_id AND tier.tier = person.reputation_tier)",
        /// Their activity was noted long ago.
        pub is_stale: bool =
            "person.dormant_since IS NOT NULL OR person.last_activity_at < clock_timestamp() - interval '1 day'",
        pub time_zone: String = "org.time_zone::text",
        pub calendars_required: bool = "org.calendars_required",
        pub minimum_notice_minutes: i32 = "org.minimum_notice_minutes",
        pub calendar_fresh_minutes: i32 = "org.calendar_fresh_minutes",
        pub calendar_stale_minutes: i32 = "org.calendar_stale_minutes",
        pub pending_expiry_days: i32 = "org.pending_expiry_days",
        pub meeting_goal_min_chars: i32 = "org.meeting_goal_min_chars",
        pub meeting_goal_max_chars: i32 = "org.meeting_goal_max_chars",
    }
}

record! {
    /// A row of `time_facts.sql`; which fields it has depends on its kind.
    struct FactRow {
        kind: String,
        person_id: Uuid,
        id: Uuid,
        from_time: Option<Timestamp>,
        to_time: Option<Timestamp>,
        at: Option<Timestamp>,
        is_set: Option<bool>,
        is_connected: Option<bool>,
        calendar_id: Option<String>,
    }
}

record! {
    /// What an external calendar is called.
    struct NameRow {
        connection_id: Uuid,
        calendar_id: String,
        provider: String,
        calendar: String,
    }
}

impl PersonRow {
    /// Somebody without an account, in the organization of another: nothing is known of them, and their time is their own.
    fn guest(beside: &Self) -> Self {
        Self {
            id: Uuid::nil(),
            name: String::new(),
            is_active: true,
            suspension_reason: None,
            suspended_until: None,
            is_removed: false,
            is_stale: false,
            ..beside.clone()
        }
    }

    /// What they are told while they are not active.
    pub fn suspension(&self) -> Suspension {
        Suspension { reason: self.suspension_reason.clone(), until: self.suspended_until }
    }
}

/// Somebody who attends or looks, and the people whose time it is about.
#[derive(Debug, Clone)]
pub struct Viewers {
    pub attendee: PersonRow,
    pub hosts: Vec<PersonRow>,
    /// Who is told what stands against it: the attendee, unless somebody acts for them.
    reader: Uuid,
}

/// For which kind of meeting.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'e> {
    /// Mentees book, within their tier's reach and limit.
    OfficeHours,
    /// Whoever likes, within the hours and limits of its hosts.
    EventType(&'e EventType),
    /// A seat in a meeting that there is.
    Seat,
}

/// How facts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// For a decision, after locking.
    Deciding,
    /// By a function that only reads, which names calendars.
    Explaining,
    /// By one that does not.
    Listing,
}

/// Locks the attendee and the mentor of a slot. Hosts are empty when there is no such slot.
pub fn lock_with_mentor(client: &SpiClient<'_>, attendee_id: Uuid, slot_id: Uuid) -> Outcome<Viewers> {
    let lock = |places: Option<i32>| {
        let rows = LOCK_OF_SLOT.rows(client, &[pg_uuid(attendee_id).into(), pg_uuid(slot_id).into(), places.into()])?;
        rows.collect::<Outcome<Vec<_>>>()
    };
    let places = lock::most_per_person();
    let mut rows = lock(places)?;
    if rows.is_empty() && places.is_some() {
        // There is no place with one of them, which this refuses unless one has become free; or no such attendee.
        lock::take_places_for_slot(client, attendee_id, slot_id)?;
        rows = lock(None)?;
    }
    locked(client, attendee_id, rows)
}

/// Locks the attendee and the hosts.
pub fn lock_with_hosts(client: &SpiClient<'_>, attendee_id: Uuid, hosts: &[Uuid]) -> Outcome<Viewers> {
    lock::take_places(client, &[&[attendee_id], hosts].concat())?;
    let rows = LOCK.rows(client, &[pg_uuid(attendee_id).into(), pg_uuids(hosts).into()])?;
    let viewers = locked(client, attendee_id, rows.collect::<Outcome<_>>()?)?;
    hosts.iter().try_for_each(|host| viewers.require_host(*host))?;
    Ok(viewers)
}

/// Locks the hosts of a meeting that a guest attends. `None` when there is none of them.
pub fn lock_hosts(client: &SpiClient<'_>, org_id: i32, hosts: &[Uuid]) -> Outcome<Option<Viewers>> {
    lock::take_places(client, hosts)?;
    let rows = LOCK_HOSTS.rows(client, &[org_id.into(), pg_uuids(hosts).into()])?;
    let viewers = Viewers::of_guest(rows.collect::<Outcome<_>>()?);
    lock::users_are_locked(client, org_id, hosts)?;
    if let Some(viewers) = &viewers {
        hosts.iter().try_for_each(|host| viewers.require_host(*host))?;
    }
    Ok(viewers)
}

/// The hosts as they are now, before one of them is chosen and locked.
pub fn look_at_hosts(client: &SpiClient<'_>, org_id: i32, hosts: &[Uuid]) -> Outcome<Option<Viewers>> {
    let rows = LOOK_AT_HOSTS.rows(client, &[org_id.into(), pg_uuids(hosts).into()])?;
    Ok(Viewers::of_guest(rows.collect::<Outcome<_>>()?))
}

/// The hosts, for functions that only read.
pub fn see_hosts(client: &SpiClient<'_>, org_id: i32, hosts: &[Uuid]) -> Outcome<Option<Viewers>> {
    let rows = SEE_HOSTS.rows(client, &[org_id.into(), pg_uuids(hosts).into()])?;
    Ok(Viewers::of_guest(rows.collect::<Outcome<_>>()?))
}

fn locked(client: &SpiClient<'_>, attendee_id: Uuid, rows: Vec<PersonRow>) -> Outcome<Viewers> {
    let viewers = Viewers::of(attendee_id, rows)?;
    let ids: Vec<Uuid> = viewers.ids();
    lock::users_are_locked(client, viewers.attendee.org_id, &ids)?;
    Ok(viewers)
}

/// The attendee and the hosts, for functions that only read.
pub fn see(client: &SpiClient<'_>, attendee_id: Uuid, hosts: &[Uuid]) -> Outcome<Viewers> {
    let rows = SEE.rows(client, &[pg_uuid(attendee_id).into(), pg_uuids(hosts).into()])?;
    let mut viewers = Viewers::of(attendee_id, rows.collect::<Outcome<_>>()?)?;
    if hosts.contains(&attendee_id) {
        // A mentor looks at what they offer themselves.
        viewers.hosts.push(viewers.attendee.clone());
    }
    Ok(viewers)
}

impl Viewers {
    fn of(attendee_id: Uuid, rows: Vec<PersonRow>) -> Outcome<Self> {
        let (mut attendees, hosts): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.id == attendee_id);
        let attendee = attendees.pop().ok_or(Refusal::UserNotFound { user_id: attendee_id })?;
        Ok(Self { attendee, hosts, reader: attendee_id })
    }

    /// The hosts, and a guest of whom nothing is known.
    fn of_guest(hosts: Vec<PersonRow>) -> Option<Self> {
        let attendee = PersonRow::guest(hosts.first()?);
        Some(Self { reader: attendee.id, attendee, hosts })
    }

    /// The same people, and somebody else is told what stands against it.
    pub fn read_by(self, reader: Uuid) -> Self {
        Self { reader, ..self }
    }

    /// Without a host's row nothing would be checked of them. It is there, unless it changed while it was waited for.
    pub fn require_host(&self, host_id: Uuid) -> Outcome<()> {
        if self.hosts.iter().any(|host| host.id == host_id) {
            return Ok(());
        }
        Err(Failure::Overtaken("a host changed at this moment"))
    }

    /// Takes the first refusal, or clears away what lapsed and is in the candidate's way. `moving` is the booking that
    /// would go there.
    pub fn decide(
        &self,
        client: &SpiClient<'_>,
        candidate: &Candidate,
        purpose: Purpose,
        moving: Option<Uuid>,
        freshness: Freshness,
    ) -> Outcome<Facts> {
        let kind = match candidate.source {
            Source::Slot { .. } => Kind::OfficeHours,
            Source::EventType { .. } => Kind::Seat,
        };
        let facts = self.facts(client, kind, candidate.blocked, moving, Reading::Deciding)?;
        self.judge(client, Facts { freshness, ..facts }, candidate, purpose)
    }

    /// The same, of facts that were read before.
    pub fn judge(
        &self,
        client: &SpiClient<'_>,
        facts: Facts,
        candidate: &Candidate,
        purpose: Purpose,
    ) -> Outcome<Facts> {
        if let Some(finding) = first_refusal(&facts, candidate, purpose) {
            let is_host = self.hosts.iter().any(|host| host.id == self.reader);
            let told = finding.told_to(self.reader);
            let told = if facts.terms.is_some() && !is_host { told.told_outside() } else { told };
            return Err(told.refusal.into());
        }
        let lapsed = lapsed_in_the_way(&facts, candidate);
        let slot = match candidate.source {
            Source::Slot { time_slot_id, .. } => Some(time_slot_id),
            Source::EventType { .. } => None,
        };
        expire::release(client, self.attendee.org_id, &lapsed, slot.as_slice())?;
        Ok(facts)
    }

    /// Those who have accounts.
    fn ids(&self) -> Vec<Uuid> {
        self.hosts.iter().chain([&self.attendee]).map(|person| person.id).filter(|id| !id.is_nil()).collect()
    }

    /// Everything the rules must know to decide about candidates within `span`.
    pub fn facts(
        &self,
        client: &SpiClient<'_>,
        kind: Kind<'_>,
        span: Span,
        moving: Option<Uuid>,
        reading: Reading,
    ) -> Outcome<Facts> {
        let attendee = &self.attendee;
        let is_office_hours = matches!(kind, Kind::OfficeHours);
        let counts_weeks = is_office_hours && attendee.weekly_limit.is_some() && attendee.role == Role::Mentee;
        let args = [
            attendee.org_id.into(),
            pg_uuids(&self.ids()).into(),
            pg_timestamp(span.start)?.into(),
            pg_timestamp(span.end)?.into(),
            moving.map(pg_uuid).into(),
            counts_weeks.then(|| pg_uuid(attendee.id)).into(),
        ];
        let statement: &Statement<FactRow> = if reading == Reading::Deciding { &FACTS } else { &FACTS_SEEN };
        let mut known = Known::default();
        for row in statement.rows(client, &args)? {
            known.add(row?)?;
        }
        if reading != Reading::Listing {
            known.names = names(client, attendee.org_id, &known.busy, reading)?;
        }
        let weeks = std::mem::take(&mut known.weeks);
        let standing = match kind {
            Kind::EventType(_) | Kind::Seat => Standing::Anybody,
            Kind::OfficeHours if attendee.role == Role::Mentee => Standing::Mentee {
                reach: self.reach(client, reading)?,
                weekly_limit: attendee.weekly_limit,
                booked: Weeks::count(Zone::iana(&attendee.time_zone)?, weeks),
            },
            Kind::OfficeHours => Standing::Other { role: attendee.role },
        };
        let may_host = |row: &PersonRow| match kind {
            Kind::OfficeHours => row.role == Role::Mentor,
            Kind::EventType(_) => row.role != Role::Mentee,
            Kind::Seat => true,
        };
        let is_host = |row: &PersonRow| row.is_active && may_host(row);
        let hosts: Vec<Uuid> = self.hosts.iter().map(|host| host.id).collect();
        let mut offers = match kind {
            Kind::EventType(event_type) => offers(client, event_type, &hosts, span, moving, reading)?,
            Kind::OfficeHours | Kind::Seat => HashMap::new(),
        };
        let event_type = if let Kind::EventType(event_type) = kind { Some(event_type) } else { None };
        let notice = event_type.map_or(attendee.minimum_notice_minutes, |kind| kind.row.minimum_notice_minutes);
        Ok(Facts {
            org_id: attendee.org_id,
            now: attendee.now,
            policy: Policy {
                calendars_required: attendee.calendars_required && is_office_hours,
                minimum_notice_minutes: notice,
                calendar_fresh_minutes: attendee.calendar_fresh_minutes,
                calendar_stale_minutes: attendee.calendar_stale_minutes,
            },
            freshness: Freshness::AsKnown,
            terms: event_type.map(EventType::terms),
            attendee: Attendee {
                person: known.person(attendee, attendee.is_active, None),
                suspension: if self.reader == attendee.id { attendee.suspension() } else { Suspension::default() },
                standing,
            },
            hosts: self.hosts.iter().map(|host| known.person(host, is_host(host), offers.remove(&host.id))).collect(),
        })
    }

    /// An override is looked for only where the tier alone does not reach.
    fn reach(&self, client: &SpiClient<'_>, reading: Reading) -> Outcome<Reach> {
        let highest = self.attendee.highest_bookable_tier;
        let beyond = self.hosts.iter().find(|host| !Reach::new(highest, None).allows(host.tier));
        let Some(host) = beyond else { return Ok(Reach::new(highest, None)) };
        let args = [self.attendee.org_id.into(), pg_uuid(self.attendee.id).into(), pg_uuid(host.id).into()];
        let statement = if reading == Reading::Deciding { &OVERRIDE } else { &OVERRIDE_SEEN };
        Ok(Reach::new(highest, statement.row(client, &args)?.map(|row| row.id)))
    }
}

/// A calendar in a connected account.
type CalendarId = (Uuid, String);

/// What the calendars that take somebody's time are called. Mostly there are none: a booking reads them only where one is
/// in its way.
fn names(
    client: &SpiClient<'_>,
    org_id: i32,
    busy: &HashMap<Uuid, Vec<(Span, CalendarId)>>,
    reading: Reading,
) -> Outcome<HashMap<CalendarId, BusyIn>> {
    let calendars: HashSet<&CalendarId> = busy.values().flatten().map(|(_, calendar)| calendar).collect();
    if calendars.is_empty() {
        return Ok(HashMap::new());
    }
    let (connections, ids): (Vec<Uuid>, Vec<String>) = calendars.into_iter().cloned().unzip();
    let statement = if reading == Reading::Deciding { &NAMES } else { &NAMES_SEEN };
    let rows = statement.rows(client, &[org_id.into(), pg_uuids(&connections).into(), ids.into()])?;
    let named = rows.map(|row| {
        let NameRow { connection_id, calendar_id, provider, calendar } = row?;
        Ok(((connection_id, calendar_id), BusyIn { provider, calendar }))
    });
    named.collect()
}

/// What the rows say, by person.
#[derive(Default)]
struct Known {
    accounts: HashMap<Uuid, Vec<Account>>,
    busy: HashMap<Uuid, Vec<(Span, CalendarId)>>,
    names: HashMap<CalendarId, BusyIn>,
    booked: HashMap<Uuid, Vec<(Span, Booked)>>,
    weeks: Vec<Timestamp>,
}

impl Known {
    fn add(&mut self, row: FactRow) -> Outcome<()> {
        let span = row.from_time.zip(row.to_time).map(|(start, end)| Span { start, end });
        let missing = || Failure::Corrupt(format!("a {} of a person has no time", row.kind));
        match row.kind.as_str() {
            "account" => self.accounts.entry(row.person_id).or_default().push(Account {
                connection_id: row.id,
                is_connected: row.is_connected.unwrap_or_default(),
                is_readable: row.is_set.unwrap_or_default(),
                known_as_of: row.from_time,
                known_until: row.to_time,
                retry_at: row.at,
            }),
            "busy" => {
                let calendar = (row.id, row.calendar_id.unwrap_or_default());
                self.busy.entry(row.person_id).or_default().push((span.ok_or_else(missing)?, calendar));
            }
            "booked" => {
                let booked = Booked { booking_id: row.id, lapses_at: row.at };
                self.booked.entry(row.person_id).or_default().push((span.ok_or_else(missing)?, booked));
            }
            _ => self.weeks.push(row.from_time.ok_or_else(missing)?),
        }
        Ok(())
    }

    fn busy_of(&self, person_id: Uuid) -> Vec<(Span, BusyIn)> {
        let windows = self.busy.get(&person_id).into_iter().flatten();
        windows.map(|(span, calendar)| (*span, self.names.get(calendar).cloned().unwrap_or_default())).collect()
    }

    /// A copy: who looks at what they offer themselves is there twice.
    fn person(&self, row: &PersonRow, is_active: bool, offer: Option<Offer>) -> Person {
        Person {
            id: row.id,
            is_active,
            tier: row.tier,
            accounts: self.accounts.get(&row.id).cloned().unwrap_or_default(),
            busy: Timeline::new(self.busy_of(row.id)),
            booked: Timeline::new(self.booked.get(&row.id).cloned().unwrap_or_default()),
            offer,
        }
    }
}
