//! An event type, and who hosts its meetings.

use convene_rules::eligibility::{Horizon, Terms};
use convene_rules::hours::Grid;
use convene_rules::refusal::Refusal;
use convene_rules::tally::{Limit, Limits};
use convene_rules::timeline::Span;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::failure::{Failure, Outcome};
use crate::values::pg_uuid;
use crate::{record, statement};

statement! {
    fresh READ: EventTypeRow = "../sql/event_types/read.sql" (UUIDOID);
    callers READ_SEEN: EventTypeRow = "../sql/event_types/read.sql" (UUIDOID);
    fresh MEMBERS: Member = "../sql/event_types/members.sql" (INT4OID, UUIDOID);
    callers MEMBERS_SEEN: Member = "../sql/event_types/members.sql" (INT4OID, UUIDOID);
}

record! {
    /// A row of `event_types` that is not removed.
    #[derive(Debug, Clone)]
    pub struct EventTypeRow {
        pub org_id: i32 = "t.org_id",
        pub id: Uuid = "t.id",
        pub host_id: Option<Uuid> = "t.host_id",
        pub team_id: Option<Uuid> = "t.team_id",
        pub schedule_id: Option<Uuid> = "t.schedule_id",
        pub durations: Vec<i32> = "t.durations",
        pub slot_interval_minutes: Option<i32> = "t.slot_interval_minutes",
        pub buffer_before_minutes: i32 = "t.buffer_before_minutes",
        pub buffer_after_minutes: i32 = "t.buffer_after_minutes",
        pub minimum_notice_minutes: i32 = "t.minimum_notice_minutes",
        pub horizon_days: Option<i32> = "t.horizon_days",
        pub bookable_from: Option<Date> = "t.bookable_from",
        pub bookable_until: Option<Date> = "t.bookable_until",
        pub limit_per_day: Option<i32> = "t.limit_per_day",
        pub limit_per_week: Option<i32> = "t.limit_per_week",
        pub limit_per_month: Option<i32> = "t.limit_per_month",
        pub minutes_per_day: Option<i32> = "t.minutes_per_day",
        pub minutes_per_week: Option<i32> = "t.minutes_per_week",
        pub minutes_per_month: Option<i32> = "t.minutes_per_month",
        pub capacity: i32 = "t.capacity",
        pub meeting_type: String = "t.meeting_type",
        pub location: Option<String> = "coalesce(preset.name, t.location_custom)",
        pub requires_confirmation: bool = "t.requires_confirmation",
        pub questions: Value = "t.questions",
        pub is_active: bool = "t.is_active",
        pub is_private: bool = "t.is_private",
        /// How a team shares it out.
        pub mode: Option<String> = "shared.mode",
    }
}

record! {
    /// A member of a team who hosts the event type.
    #[derive(Debug, Clone)]
    pub struct Member {
        pub user_id: Uuid,
        pub is_required: bool,
        pub priority: i32,
        pub weight: i32,
        pub limit_per_day: Option<i32>,
        pub limit_per_week: Option<i32>,
        pub turns: f64,
        pub last_assigned_at: Option<Timestamp>,
    }
}

/// Who hosts a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The one host there is.
    Single,
    /// One of the members, in turn.
    RoundRobin,
    /// All required members, and of the others those who are free.
    Collective,
}

/// An event type with its hosts.
#[derive(Debug, Clone)]
pub struct EventType {
    pub row: EventTypeRow,
    pub mode: Mode,
    /// Empty unless it is a team's.
    pub members: Vec<Member>,
}

impl EventType {
    /// As it is now, for a decision.
    pub fn load(client: &SpiClient<'_>, id: Uuid) -> Outcome<Self> {
        let row = READ.row(client, &[pg_uuid(id).into()])?.ok_or(Refusal::EventTypeNotFound { event_type_id: id })?;
        let mut event_type = Self::of(row)?;
        event_type.reload_members(client)?;
        Ok(event_type)
    }

    /// The same, for functions that only read.
    pub fn seen(client: &SpiClient<'_>, id: Uuid) -> Outcome<Self> {
        let row = READ_SEEN.row(client, &[pg_uuid(id).into()])?;
        let mut event_type = Self::of(row.ok_or(Refusal::EventTypeNotFound { event_type_id: id })?)?;
        if event_type.mode != Mode::Single {
            event_type.members = MEMBERS_SEEN.rows(client, &event_type.key())?.collect::<Outcome<_>>()?;
        }
        Ok(event_type)
    }

    /// Reads the members once more, after their turns are locked.
    pub fn reload_members(&mut self, client: &SpiClient<'_>) -> Outcome<()> {
        if self.mode != Mode::Single {
            self.members = MEMBERS.rows(client, &self.key())?.collect::<Outcome<_>>()?;
        }
        Ok(())
    }

    fn of(row: EventTypeRow) -> Outcome<Self> {
        let mode = match (row.team_id, row.mode.as_deref()) {
            (None, _) => Mode::Single,
            (Some(_), Some("round_robin")) => Mode::RoundRobin,
            (Some(_), Some("collective")) => Mode::Collective,
            // A team that has not said yet who hosts it.
            (Some(_), None) => Mode::Collective,
            (Some(_), Some(mode)) => return Err(Failure::Corrupt(format!("{mode} is no way to share out meetings"))),
        };
        Ok(Self { row, mode, members: Vec::new() })
    }

    pub fn key(&self) -> [pgrx::datum::DatumWithOid<'static>; 2] {
        [self.row.org_id.into(), pg_uuid(self.row.id).into()]
    }

    /// Everybody who may host it.
    pub fn hosts(&self) -> Vec<Uuid> {
        self.row.host_id.into_iter().chain(self.members.iter().map(|member| member.user_id)).collect()
    }

    /// Those without whom no meeting takes place; all, if nobody is required.
    pub fn required_hosts(&self) -> Vec<Uuid> {
        let required: Vec<Uuid> =
            self.members.iter().filter(|member| member.is_required).map(|member| member.user_id).collect();
        if required.is_empty() { self.hosts() } else { required }
    }

    /// Those who are asked whether they are free: who may have their turn, or those without whom nothing takes place.
    pub fn hosts_to_ask(&self) -> Vec<Uuid> {
        match self.mode {
            Mode::Single | Mode::RoundRobin => self.hosts(),
            Mode::Collective => self.required_hosts(),
        }
    }

    /// The length that is asked for, in minutes, or the first. Refuses, as field `duration`, others than it offers.
    pub fn duration(&self, asked: Option<i32>) -> Result<i32, Refusal> {
        let durations = &self.row.durations;
        let duration = asked.or_else(|| durations.first().copied()).filter(|minutes| durations.contains(minutes));
        duration.ok_or_else(|| {
            let offered: Vec<String> = durations.iter().map(ToString::to_string).collect();
            Refusal::invalid("duration", format!("must be one of these minutes: {}", offered.join(", ")))
        })
    }

    pub fn grid(&self, duration: i32) -> Grid {
        Grid::new(duration, self.row.slot_interval_minutes)
    }

    /// What a meeting takes of its hosts' time.
    pub fn blocked(&self, span: Span) -> Span {
        let minutes = |minutes: i32| SignedDuration::from_mins(minutes.into());
        Span {
            start: span.start - minutes(self.row.buffer_before_minutes),
            end: span.end + minutes(self.row.buffer_after_minutes),
        }
    }

    pub fn terms(&self) -> Terms {
        let EventTypeRow { id, is_active, horizon_days, bookable_from, bookable_until, .. } = self.row;
        let horizon = match (bookable_from, bookable_until) {
            (Some(from), Some(until)) => Horizon::Dates(from, until),
            _ => Horizon::Days(horizon_days.unwrap_or(1)),
        };
        Terms { event_type_id: id, is_bookable: is_active, horizon }
    }

    /// The most that a host may have of it.
    pub fn limits(&self, host_id: Uuid) -> Limits {
        let row = &self.row;
        let limits = Limits {
            per_day: Limit { meetings: row.limit_per_day, minutes: row.minutes_per_day },
            per_week: Limit { meetings: row.limit_per_week, minutes: row.minutes_per_week },
            per_month: Limit { meetings: row.limit_per_month, minutes: row.minutes_per_month },
        };
        let member = self.members.iter().find(|member| member.user_id == host_id);
        member.map_or(limits, |member| limits.and_meetings(member.limit_per_day, member.limit_per_week))
    }
}
