//! A user changes their profile.

use convene_rules::profile::Profile;
use convene_rules::refusal::Refusal;
use convene_rules::zone::Zone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::spi::Row;
use crate::values::pg_uuid;
use crate::{args, lock, statement};

statement! {
    fresh READ = "../sql/profile_read.sql" (INT4OID, UUIDOID);
    fresh UPDATE = "../sql/profile_update.sql" (INT4OID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID);
}

/// The columns of a user, as `get_user` returns them.
type Columns = (
    pgrx::Uuid,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    bool,
    f64,
    String,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    bool,
);

/// Changes the profile and returns the user.
#[pg_extern(volatile, parallel_unsafe)]
#[allow(clippy::type_complexity)] // pgrx reads the columns from this type
fn update_profile(
    p_user_id: Option<pgrx::Uuid>,
    p_changes: Option<pgrx::JsonB>,
) -> TableIterator<
    'static,
    (
        name!(id, pgrx::Uuid),
        name!(org_slug, String),
        name!(email, String),
        name!(name, String),
        name!(role, String),
        name!(title, Option<String>),
        name!(company, Option<String>),
        name!(bio, Option<String>),
        name!(time_zone, String),
        name!(is_active, bool),
        name!(reputation_score, f64),
        name!(reputation_tier, String),
        name!(joined_at, TimestampWithTimeZone),
        name!(last_activity_at, TimestampWithTimeZone),
        name!(is_dormant, bool),
    ),
> {
    let changed = || {
        let user_id = args::id(p_user_id, "user_id")?;
        let changes = args::required(p_changes, "changes")?.0;
        Spi::connect(|client| update(client, user_id, &changes))
    };
    TableIterator::once(answer(changed()))
}

fn update(client: &SpiClient<'_>, user_id: Uuid, changes: &Value) -> Outcome<Columns> {
    let org_id = Actor::load(client, user_id)?.org_id;
    // Two changes of different fields at once: the second must see the first.
    lock::users(client, org_id, &[user_id])?;
    let unknown = || Refusal::UserNotFound { user_id };
    let mut row = READ.with(|read| read.row(client, &[org_id.into(), pg_uuid(user_id).into()]))?.ok_or_else(unknown)?;
    let profile = read(&mut row)?.changed(changes)?;
    let args = [
        org_id.into(),
        pg_uuid(user_id).into(),
        profile.name.into(),
        profile.title.into(),
        profile.company.into(),
        profile.bio.into(),
        profile.time_zone.name().into(),
    ];
    let mut row = UPDATE.with(|update| update.row(client, &args))?.ok_or_else(unknown)?;
    Ok((
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.maybe()?,
        row.maybe()?,
        row.maybe()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
    ))
}

fn read(row: &mut Row<'_>) -> Outcome<Profile> {
    Ok(Profile {
        name: row.value()?,
        title: row.maybe()?,
        company: row.maybe()?,
        bio: row.maybe()?,
        time_zone: Zone::iana(&row.value::<String>()?)?,
    })
}
