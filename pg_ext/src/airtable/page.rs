//! A page of records, applied: what the rules decide of each is written.

use convene_rules::airtable::{Gone, Known, Linked, Named, Person, Reading, Reason, Said, Step, unclear_phone};
use convene_rules::role::Role;
use jiff::Timestamp;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::record::{Phone, Record};
use super::report::Report;
use crate::failure::Outcome;
use crate::ids::IdRow;
use crate::people::leave;
use crate::values::{pg_timestamp, pg_uuid, pg_uuids};
use crate::{ids, record, reputation, statement};

statement! {
    fresh KNOWN: KnownRow = "../sql/airtable_known.sql" (INT4OID, TEXTOID, TEXTOID, TEXTOID);
    fresh NOTE = "../sql/airtable_note.sql" (INT4OID, TEXTOID, INT4OID, TIMESTAMPTZOID, TEXTOID, BOOLOID);
    fresh CREATE: IdRow = "../sql/airtable_create.sql" (
        INT4OID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, TEXTOID, TEXTOID,
    );
    fresh CHANGE = "../sql/airtable_change.sql" (
        INT4OID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, BOOLOID, TEXTOID, BOOLOID, TEXTOID,
        BOOLOID,
    );
    fresh URL = "../sql/airtable_url.sql" (INT4OID, UUIDOID, TEXTOID);
    fresh MAKE_TAGS = "../sql/airtable_tags_make.sql" (INT4OID, TEXTOID, TEXTARRAYOID);
    fresh TAGS = "../sql/airtable_tags.sql" (INT4OID, UUIDOID, TEXTOID, TEXTARRAYOID);
    fresh PHONE = "../sql/airtable_phone.sql" (INT4OID, UUIDOID, TEXTOID, TEXTOID, TEXTOID);
    fresh REMOVE = "../sql/airtable_remove.sql" (INT4OID, UUIDARRAYOID, UUIDARRAYOID);
}

record! {
    /// What is known about a record: what was applied of it, whom it stands for, and who else has its address.
    struct KnownRow {
        as_of: Option<Timestamp>,
        is_same: bool,
        own_id: Option<Uuid>,
        own_role: Option<Role>,
        own_is_removed: bool,
        own_is_erased: Option<bool>,
        other_id: Option<Uuid>,
        other_role: Option<Role>,
        other_is_linked: bool,
    }
}

/// Records as they were at an instant, whose people are locked.
pub struct Page<'c, 'a> {
    pub client: &'a SpiClient<'c>,
    pub org_id: i32,
    pub as_of: Timestamp,
    /// The listing that the records are of.
    pub listing: Option<i32>,
    pub report: Report,
}

/// How much of a record was applied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Applied {
    Whole,
    /// It is looked at again when it is next read, though it says the same.
    InPart,
    /// It was before.
    Before,
}

impl Page<'_, '_> {
    /// Removes those whose records are gone, all at once: their bookings are locked in the order that everybody keeps.
    pub fn remove(&mut self, records: &[Record]) -> Outcome<()> {
        let mut users = Vec::new();
        for record in records.iter().filter(|record| record.reading.is_none()) {
            let known = self.known(record)?;
            match known.gone(self.as_of) {
                Gone::Stale => {
                    self.report.stale += 1;
                    continue;
                }
                Gone::Nothing => {}
                Gone::Remove { user_id } => users.push(user_id),
                Gone::Skip(reason) => self.skip(record, reason),
            }
            self.note(record, &known, Applied::InPart)?;
        }
        if users.is_empty() {
            return Ok(());
        }
        self.report.removed += u32::try_from(users.len()).unwrap_or(u32::MAX);
        let left = leave(self.client, self.org_id, &users, None, None)?;
        let args = [self.org_id.into(), pg_uuids(&users).into(), pg_uuids(&left.canceled).into()];
        REMOVE.run(self.client, &args)?;
        Ok(())
    }

    /// Makes a person what their record says.
    pub fn put(&mut self, record: &Record, reading: &Reading) -> Outcome<()> {
        for problem in &reading.problems {
            self.report.add(record, problem.clone());
        }
        let known = self.known(record)?;
        let Some(person) = &reading.person else {
            self.report.skipped += 1;
            return self.note(record, &known, Applied::InPart);
        };
        let applied = match known.step(self.as_of) {
            Step::Stale => {
                self.report.stale += 1;
                Applied::Before
            }
            Step::Unchanged => {
                self.report.unchanged += 1;
                if let Some(linked) = known.linked {
                    // Sealed anew each time, so nobody can tell whether it is the same.
                    self.phone(record, linked.user_id)?;
                }
                Applied::Before
            }
            Step::Create => self.create(record, person)?,
            Step::Change { user_id, keeps_email } => self.change(record, person, user_id, keeps_email)?,
            Step::Skip(reason) => {
                self.skip(record, reason);
                Applied::InPart
            }
        };
        self.note(record, &known, applied)
    }

    fn skip(&mut self, record: &Record, reason: Reason) {
        self.report.skipped += 1;
        self.report.add(record, reason.problem());
    }

    fn create(&mut self, record: &Record, person: &Person) -> Outcome<Applied> {
        let args = [
            self.org_id.into(),
            pg_uuid(ids::new_uuid(self.org_id)?).into(),
            record.id.as_str().into(),
            person.email.as_str().into(),
            person.first_name().into(),
            person.role.as_ref().into(),
            person.is_active.into(),
            text(&person.title).into(),
            text(&person.company).into(),
            text(&person.bio).into(),
        ];
        let Some(IdRow { id: user_id }) = CREATE.row(self.client, &args)? else {
            self.skip(record, Reason::EmailTaken);
            return Ok(Applied::InPart);
        };
        self.report.created += 1;
        // A new user has the reputation that the rules give to an empty record.
        reputation::refresh(self.client, self.org_id, &[user_id])?;
        self.extras(record, person, user_id)?;
        self.phone(record, user_id)?;
        Ok(Applied::Whole)
    }

    fn change(&mut self, record: &Record, person: &Person, user_id: Uuid, keeps_email: bool) -> Outcome<Applied> {
        let args = [
            self.org_id.into(),
            pg_uuid(user_id).into(),
            record.id.as_str().into(),
            (!keeps_email).then_some(person.email.as_str()).into(),
            person.name.as_deref().into(),
            person.role.as_ref().into(),
            person.is_active.into(),
            text(&person.title).into(),
            stays(&person.title).into(),
            text(&person.company).into(),
            stays(&person.company).into(),
            text(&person.bio).into(),
            stays(&person.bio).into(),
        ];
        CHANGE.run(self.client, &args)?;
        self.report.updated += 1;
        self.extras(record, person, user_id)?;
        self.phone(record, user_id)?;
        if keeps_email {
            self.report.add(record, Reason::EmailTaken.problem());
        }
        Ok(if keeps_email { Applied::InPart } else { Applied::Whole })
    }

    /// What is kept beside the user: the address at LinkedIn, and tags.
    fn extras(&mut self, record: &Record, person: &Person, user_id: Uuid) -> Outcome<()> {
        if let Some(url) = &person.linkedin {
            let args = [self.org_id.into(), pg_uuid(user_id).into(), url.as_str().into()];
            if URL.run(self.client, &args)? == 0 {
                self.report.add(record, Reason::TooManyUrls.problem());
            }
        }
        for (kind, words) in person.tags() {
            let words = words.to_vec();
            let made = [self.org_id.into(), kind.as_ref().into(), words.clone().into()];
            MAKE_TAGS.run(self.client, &made)?;
            let args = [self.org_id.into(), pg_uuid(user_id).into(), kind.as_ref().into(), words.into()];
            TAGS.run(self.client, &args)?;
        }
        Ok(())
    }

    fn phone(&mut self, record: &Record, user_id: Uuid) -> Outcome<()> {
        let (key_id, bytes) = match &record.phone {
            Phone::Sealed { key_id, bytes } => (Some(key_id.as_str()), Some(bytes.as_str())),
            Phone::Nothing => (None, None),
            Phone::Unclear => {
                self.report.add(record, unclear_phone());
                return Ok(());
            }
            Phone::Unsaid => return Ok(()),
        };
        let args =
            [self.org_id.into(), pg_uuid(user_id).into(), record.id.as_str().into(), key_id.into(), bytes.into()];
        PHONE.run(self.client, &args)?;
        Ok(())
    }

    fn known(&self, record: &Record) -> Outcome<Known> {
        let args = [self.org_id.into(), record.id.as_str().into(), record.email().into(), record.said()?.into()];
        let Some(row) = KNOWN.row(self.client, &args)? else { return Ok(Known::default()) };
        Ok(Known {
            as_of: row.as_of,
            is_same: row.is_same,
            linked: row.own_id.map(|user_id| Linked {
                user_id,
                is_admin: row.own_role == Some(Role::Admin),
                is_removed: row.own_is_removed,
                is_erased: row.own_is_erased.unwrap_or_default(),
            }),
            named: row.other_id.map(|user_id| Named {
                user_id,
                is_admin: row.other_role == Some(Role::Admin),
                is_linked: row.other_is_linked,
            }),
        })
    }

    /// Remembers that the record was looked at.
    fn note(&self, record: &Record, known: &Known, applied: Applied) -> Outcome<()> {
        let as_of = known.as_of.map_or(self.as_of, |before| before.max(self.as_of));
        let said = if applied == Applied::InPart { None } else { record.said()? };
        let args = [
            self.org_id.into(),
            record.id.as_str().into(),
            self.listing.into(),
            pg_timestamp(as_of)?.into(),
            said.into(),
            (applied == Applied::Before).into(),
        ];
        NOTE.run(self.client, &args)?;
        Ok(())
    }
}

/// What is to be written.
fn text(said: &Said) -> Option<&str> {
    match said {
        Said::Text(text) => Some(text),
        Said::Nothing | Said::Unclear => None,
    }
}

fn stays(said: &Said) -> bool {
    *said == Said::Unclear
}
