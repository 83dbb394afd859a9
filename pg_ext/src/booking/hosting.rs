//! Who hosts a meeting of an event type: the one host there is, a member of the team in turn, or all of them. They are
//! locked, and asked by all checks of booking.

use convene_rules::eligibility::{Candidate, Facts, Finding, Freshness, Purpose, first_refusal};
use convene_rules::refusal::Refusal;
use convene_rules::rotation::{self, Choice};
use convene_rules::timeline::Span;
use jiff::Timestamp;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::people::{self, Kind, PersonRow, Reading, Viewers};
use crate::event_types::{Candidates, EventType, Member, Mode};
use crate::failure::{Failure, Outcome};
use crate::statement;
use crate::values::{pg_timestamp, pg_uuid};

statement! {
    fresh LOCK_ROTATION = "../sql/event_types/lock_rotation.sql" (INT4OID, UUIDOID);
    fresh TAKE_TURN = "../sql/event_types/take_turn.sql" (INT4OID, UUIDOID, UUIDOID, TIMESTAMPTZOID);
}

/// A time of an event type that somebody wants.
#[derive(Clone, Copy)]
pub struct Wanted<'e> {
    pub event_type: &'e EventType,
    pub candidates: Candidates<'e>,
    pub span: Span,
    /// `None`: a guest attends, or nobody yet.
    pub attendee_id: Option<Uuid>,
    pub freshness: Freshness,
    /// `None`: a new meeting.
    pub replacing: Option<Replacing>,
}

/// A meeting whose host is replaced by another.
#[derive(Clone, Copy)]
pub struct Replacing {
    pub booking_id: Uuid,
    /// What it takes of its host's time.
    pub blocked: Span,
}

/// Those who host it, locked, and how a member was chosen.
pub struct Hosting {
    pub viewers: Viewers,
    pub now: Timestamp,
    pub choice: Option<Choice>,
}

impl Hosting {
    /// What history keeps: who of a team was chosen, when and why.
    pub fn facts(&self) -> Value {
        self.choice.map_or_else(|| json!({}), |choice| json!({ "rotation": rotation_facts(&choice, self.now) }))
    }
}

/// A choice, and when it was made.
pub fn rotation_facts(choice: &Choice, now: Timestamp) -> Value {
    let mut facts = json!(choice);
    facts["assigned_at"] = json!(now);
    facts
}

/// Who is to host a meeting.
pub enum Turn {
    Of(Choice),
    /// Nobody is free, for this reason.
    Nobodys(Refusal),
}

/// Locks the rotation of a team's event type. First, before any user: meetings of it are then assigned one after the other.
pub fn lock_rotation(client: &SpiClient<'_>, event_type: &mut EventType) -> Outcome<()> {
    if event_type.mode == Mode::RoundRobin {
        LOCK_ROTATION.run(client, &event_type.key())?;
        event_type.reload_members(client)?;
    }
    Ok(())
}

impl Wanted<'_> {
    /// Locks attendee and hosts, and takes the first refusal. What lapsed and is in the way is cleared away.
    pub fn assign(&self, client: &SpiClient<'_>) -> Outcome<Hosting> {
        match self.event_type.mode {
            Mode::Single => self.all(client, &self.event_type.hosts()),
            Mode::Collective => self.collective(client),
            Mode::RoundRobin => self.round_robin(client),
        }
    }

    /// The same, and this member of the team hosts it.
    pub fn assign_to(&self, client: &SpiClient<'_>, choice: Choice) -> Outcome<Hosting> {
        let hosting = self.all(client, &[choice.user_id])?;
        self.take_turn(client, choice.user_id, hosting.now)?;
        Ok(Hosting { choice: Some(choice), ..hosting })
    }

    /// The members who are free then, as the rotation looks at them; nobody is locked.
    pub fn free_now(&self, client: &SpiClient<'_>) -> Outcome<Vec<rotation::Member>> {
        let members = &self.event_type.members;
        let hosts: Vec<Uuid> = members.iter().map(|member| member.user_id).collect();
        Ok(self.free_members(client, &hosts, members)?.0)
    }

    fn take_turn(&self, client: &SpiClient<'_>, host: Uuid, now: Timestamp) -> Outcome<()> {
        let [org_id, event_type_id] = self.event_type.key();
        TAKE_TURN.run(client, &[org_id, event_type_id, pg_uuid(host).into(), pg_timestamp(now)?.into()])?;
        Ok(())
    }

    /// These hosts, and every one of them must be free.
    pub fn all(&self, client: &SpiClient<'_>, hosts: &[Uuid]) -> Outcome<Hosting> {
        let viewers = self.lock(client, hosts)?;
        let facts = self.facts(client, &viewers)?;
        let candidate = self.candidate(&facts);
        let now = viewers.judge(client, facts, &candidate, self.purpose())?.now;
        Ok(Hosting { viewers, now, choice: None })
    }

    /// All required members, and of the others those who are free.
    fn collective(&self, client: &SpiClient<'_>) -> Outcome<Hosting> {
        let required = self.event_type.required_hosts();
        let mut viewers = self.lock(client, &self.event_type.hosts())?;
        let mut facts = self.facts(client, &viewers)?;
        let everybody = std::mem::take(&mut facts.hosts);
        let (needed, others): (Vec<_>, Vec<_>) = everybody.into_iter().partition(|host| required.contains(&host.id));
        facts.hosts = needed;
        // The others come at whatever time suits the required ones.
        let candidate = self.candidate(&facts);
        let mut joining = Vec::new();
        for other in others {
            let alone = Facts { hosts: vec![other], ..facts.clone() };
            if first_refusal(&alone, &candidate, Purpose::Book).is_none() {
                joining.extend(alone.hosts);
            }
        }
        facts.hosts.extend(joining);
        viewers.hosts.retain(|row| facts.hosts.iter().any(|host| host.id == row.id));
        let now = viewers.judge(client, facts, &candidate, Purpose::Book)?.now;
        Ok(Hosting { viewers, now, choice: None })
    }

    /// Whoever is free and has their turn. They are looked at before they are locked; whoever took another booking
    /// meanwhile is passed over.
    fn round_robin(&self, client: &SpiClient<'_>) -> Outcome<Hosting> {
        let mut members: Vec<Member> = self.event_type.members.clone();
        let mut refused: Option<Failure> = None;
        loop {
            let choice = match self.whose_turn(client, &members)? {
                Turn::Of(choice) => choice,
                Turn::Nobodys(refusal) => return Err(refused.unwrap_or_else(|| refusal.into())),
            };
            match self.all(client, &[choice.user_id]) {
                Ok(hosting) => {
                    self.take_turn(client, choice.user_id, hosting.now)?;
                    return Ok(Hosting { choice: Some(choice), ..hosting });
                }
                Err(stale @ Failure::Refusal(Refusal::CalendarsStale { .. })) => return Err(stale),
                Err(refusal @ Failure::Refusal(_)) => {
                    refused = Some(refusal);
                    members.retain(|member| member.user_id != choice.user_id);
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Who of these members is free now and has their turn. Nobody is locked.
    pub fn whose_turn(&self, client: &SpiClient<'_>, members: &[Member]) -> Outcome<Turn> {
        let hosts: Vec<Uuid> = members.iter().map(|member| member.user_id).collect();
        let (free, findings) = self.free_members(client, &hosts, members)?;
        Ok(rotation::choose(&free).map_or_else(|| Turn::Nobodys(self.nobody_is_free(findings)), Turn::Of))
    }

    /// The members against whom nothing speaks, and what speaks against each of the others.
    fn free_members(
        &self,
        client: &SpiClient<'_>,
        hosts: &[Uuid],
        members: &[Member],
    ) -> Outcome<(Vec<rotation::Member>, Vec<Finding>)> {
        let Some(viewers) = people::look_at_hosts(client, self.event_type.row.org_id, hosts)? else {
            return Ok((Vec::new(), Vec::new()));
        };
        // Whose turn it is does not depend on whose calendars happen to be fresh; those of whoever is chosen must be.
        let mut facts = Facts { freshness: Freshness::AsKnown, ..self.facts(client, &viewers)? };
        let (mut free, mut findings) = (Vec::new(), Vec::new());
        for host in std::mem::take(&mut facts.hosts) {
            let member = members.iter().find(|member| member.user_id == host.id);
            facts.hosts = vec![host];
            match first_refusal(&facts, &self.candidate(&facts), self.purpose()) {
                Some(finding) => findings.push(finding),
                None => free.extend(member.map(Member::in_rotation)),
            }
        }
        Ok((free, findings))
    }

    /// What is true for all of them is said; else that nobody has time.
    fn nobody_is_free(&self, findings: Vec<Finding>) -> Refusal {
        let unknown = Refusal::EventTypeNotBookable { event_type_id: self.event_type.row.id };
        let Some(first) = findings.first() else { return unknown };
        let is_common = findings.iter().all(|finding| finding.refusal == first.refusal);
        let common = findings.into_iter().next().filter(|_| is_common).map(Finding::told_outside);
        common.map_or(Refusal::TimeNotAvailable {}, |finding| finding.refusal)
    }

    fn lock(&self, client: &SpiClient<'_>, hosts: &[Uuid]) -> Outcome<Viewers> {
        let viewers = match self.attendee_id {
            Some(attendee_id) if hosts.contains(&attendee_id) => {
                return Err(Refusal::invalid("attendee_id", "must be somebody else than the host").into());
            }
            Some(attendee_id) => Some(people::lock_with_hosts(client, attendee_id, hosts)?),
            None => people::lock_hosts(client, self.event_type.row.org_id, hosts)?,
        };
        let nobody = Refusal::EventTypeNotBookable { event_type_id: self.event_type.row.id };
        viewers.filter(|viewers| !viewers.hosts.is_empty()).ok_or_else(|| nobody.into())
    }

    fn facts(&self, client: &SpiClient<'_>, viewers: &Viewers) -> Outcome<Facts> {
        let kind = Kind::EventType(self.event_type);
        let moving = self.replacing.map(|replacing| replacing.booking_id);
        let facts = viewers.facts(client, kind, self.blocked(), moving, Reading::Deciding)?;
        Ok(Facts { freshness: self.freshness, ..facts })
    }

    /// The time as booking would take it of all hosts in `facts`.
    fn candidate(&self, facts: &Facts) -> Candidate {
        Candidate { blocked: self.blocked(), ..self.candidates.at(facts, self.span) }
    }

    /// A meeting that there is keeps the buffers it was booked with.
    fn blocked(&self) -> Span {
        self.replacing.map_or_else(|| self.event_type.blocked(self.span), |replacing| replacing.blocked)
    }

    fn purpose(&self) -> Purpose {
        if self.replacing.is_some() { Purpose::Replace } else { Purpose::Book }
    }
}

impl Member {
    pub fn in_rotation(&self) -> rotation::Member {
        rotation::Member {
            user_id: self.user_id,
            priority: self.priority,
            weight: self.weight,
            turns: self.turns,
            last_assigned_at: self.last_assigned_at,
        }
    }
}

/// In the order of their ids.
pub fn in_order(mut hosts: Vec<PersonRow>) -> Vec<PersonRow> {
    hosts.sort_unstable_by_key(|host| host.id);
    hosts
}
