//! The windows of schedules, and stays elsewhere, each replaced as a whole.

use convene_rules::availability::{DayWindow, Override, Travel, WeeklyWindow, overrides, travels, weekly};
use convene_rules::refusal::Refusal;
use convene_rules::zone::{WallTime, Zone};
use jiff::civil::Date;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::host::Host;
use super::schedules;
use crate::actor::Actor;
use crate::failure::{Failure, Outcome};
use crate::spi::Statement;
use crate::values::{self, pg_uuid};
use crate::{args, record, statement};

statement! {
    fresh TOUCH = "../sql/schedules/touch.sql" (INT4OID, UUIDOID);
    fresh CLEAR_RULES = "../sql/schedules/rules_clear.sql" (INT4OID, UUIDOID);
    fresh INSERT_RULES = "../sql/schedules/rules_insert.sql" (INT4OID, UUIDOID, JSONBOID);
    fresh CLEAR_OVERRIDES = "../sql/schedules/overrides_clear.sql" (INT4OID, UUIDOID);
    fresh INSERT_OVERRIDES = "../sql/schedules/overrides_insert.sql" (INT4OID, UUIDOID, JSONBOID);
    fresh CLEAR_TRAVELS = "../sql/schedules/travel_clear.sql" (INT4OID, UUIDOID);
    fresh INSERT_TRAVELS = "../sql/schedules/travel_insert.sql" (INT4OID, UUIDOID, JSONBOID);
}

record! {
    /// A window of every week.
    pub struct RuleRow {
        weekday: i16,
        start_time: WallTime,
        end_time: WallTime,
    }
    returned by returns_rules;
}

record! {
    /// A window of one date, or that the date is off.
    pub struct OverrideRow {
        day: Date,
        start_time: WallTime,
        end_time: WallTime,
        is_off: bool,
    }
    returned by returns_overrides;
}

record! {
    /// Dates on which a host is in another zone.
    pub struct TravelRow {
        first_day: Date,
        last_day: Date,
        time_zone: Zone,
    }
    returned by returns_travels;
}

returns_rules! {
    /// Replaces the weekly windows of a schedule. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn set_availability_rules(
        p_actor_id: Option<pgrx::Uuid>,
        p_schedule_id: Option<pgrx::Uuid>,
        p_rules: Option<pgrx::JsonB>,
        p_host_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> Vec<RuleRow> {
        let actor_id = args::id(p_actor_id, "actor_id")?;
        let rules = weekly(&args::required(p_rules, "rules")?.0)?;
        Spi::connect(|client| {
            let hours = Hours::open(client, actor_id, p_schedule_id, p_host_id)?;
            let rows = rules.iter().map(rule_to_store).collect();
            hours.replace(client, &CLEAR_RULES, &INSERT_RULES, rows, "set_availability_rules")?;
            let row = |WeeklyWindow { weekday, window }| {
                RuleRow { weekday, start_time: window.start, end_time: window.end }
            };
            Ok(rules.into_iter().map(row).collect())
        })
    }
}

returns_overrides! {
    /// Replaces the dates of a schedule that have windows of their own. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn set_availability_overrides(
        p_actor_id: Option<pgrx::Uuid>,
        p_schedule_id: Option<pgrx::Uuid>,
        p_overrides: Option<pgrx::JsonB>,
        p_host_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> Vec<OverrideRow> {
        let actor_id = args::id(p_actor_id, "actor_id")?;
        let rows: Vec<OverrideRow> =
            overrides(&args::required(p_overrides, "overrides")?.0)?.into_iter().flat_map(override_rows).collect();
        Spi::connect(|client| {
            let hours = Hours::open(client, actor_id, p_schedule_id, p_host_id)?;
            let stored = rows.iter().map(OverrideRow::to_store).collect();
            hours.replace(client, &CLEAR_OVERRIDES, &INSERT_OVERRIDES, stored, "set_availability_overrides")?;
            Ok(rows)
        })
    }
}

returns_travels! {
    /// Replaces a host's stays elsewhere. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn set_travel_dates(
        p_actor_id: Option<pgrx::Uuid>,
        p_host_id: Option<pgrx::Uuid>,
        p_travel_dates: Option<pgrx::JsonB>,
    ) -> Vec<TravelRow> {
        let (actor_id, host_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_host_id, "host_id")?);
        let travels = travels(&args::required(p_travel_dates, "travel_dates")?.0)?;
        Spi::connect(|client| {
            let host = Host::open(client, Actor::load(client, actor_id)?, host_id)?;
            CLEAR_TRAVELS.run(client, &host.key())?;
            let rows = travels.iter().map(travel_to_store).collect();
            let [org_id, host_id] = host.key();
            INSERT_TRAVELS.run(client, &[org_id, host_id, pgrx::JsonB(rows).into()])?;
            let details = json!({ "count": travels.len() });
            host.note(client, "set_travel_dates", ("user", host.id), details)?;
            let row = |Travel { first_day, last_day, zone }| TravelRow { first_day, last_day, time_zone: zone };
            Ok(travels.into_iter().map(row).collect())
        })
    }
}

/// The schedule whose windows are replaced; its host is locked.
struct Hours {
    host: Host,
    schedule_id: Uuid,
}

impl Hours {
    /// The schedule that is named; or the default one of a host, the actor unless another is named, which is made where
    /// there is none.
    fn open(
        client: &SpiClient<'_>,
        actor_id: Uuid,
        schedule_id: Option<pgrx::Uuid>,
        host_id: Option<pgrx::Uuid>,
    ) -> Outcome<Self> {
        let host_id = host_id.map(values::uuid);
        let Some(schedule_id) = schedule_id.map(values::uuid) else {
            let host = Host::locked(client, Actor::load(client, actor_id)?, host_id.unwrap_or(actor_id))?;
            host.ensure_schedule(client)?;
            let default = schedules::of_host(client, &host)?.into_iter().find(|schedule| schedule.is_default);
            let missing = || Failure::Corrupt(format!("host {} has no default schedule", host.id));
            let schedule_id = default.ok_or_else(missing)?.id;
            return Ok(Self { host, schedule_id });
        };
        let host = schedules::open(client, Actor::load(client, actor_id)?, schedule_id)?;
        if host_id.is_some_and(|named| named != host.id) {
            return Err(Refusal::ScheduleNotFound { schedule_id }.into());
        }
        Ok(Self { host, schedule_id })
    }

    fn replace(
        &self,
        client: &SpiClient<'_>,
        clear: &Statement,
        insert: &Statement,
        rows: Value,
        action: &str,
    ) -> Outcome<()> {
        let key = || [self.host.org_id().into(), pg_uuid(self.schedule_id).into()];
        let count = rows.as_array().map_or(0, Vec::len);
        clear.run(client, &key())?;
        let [org_id, schedule_id] = key();
        insert.run(client, &[org_id, schedule_id, pgrx::JsonB(rows).into()])?;
        TOUCH.run(client, &key())?;
        let details = json!({ "host_id": self.host.id, "count": count });
        self.host.note(client, action, ("schedule", self.schedule_id), details)
    }
}

/// In the words of the database, where 24:00 is a time.
fn rule_to_store(rule: &WeeklyWindow) -> Value {
    let WeeklyWindow { weekday, window } = rule;
    json!({ "weekday": weekday, "start_time": window.start.to_string(), "end_time": window.end.to_string() })
}

fn travel_to_store(travel: &Travel) -> Value {
    let Travel { first_day, last_day, zone } = travel;
    json!({ "first_day": first_day, "last_day": last_day, "time_zone": zone.name() })
}

fn override_rows(of_day: Override) -> Vec<OverrideRow> {
    let day = of_day.day;
    if of_day.windows.is_empty() {
        return vec![OverrideRow { day, start_time: WallTime::MIDNIGHT, end_time: WallTime::END_OF_DAY, is_off: true }];
    }
    let row = |window: DayWindow| OverrideRow { day, start_time: window.start, end_time: window.end, is_off: false };
    of_day.windows.into_iter().map(row).collect()
}

impl OverrideRow {
    fn to_store(&self) -> Value {
        let Self { day, start_time, end_time, is_off } = self;
        json!({ "day": day, "start_time": start_time.to_string(), "end_time": end_time.to_string(), "is_off": is_off })
    }
}
