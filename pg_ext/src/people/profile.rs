//! A user changes their profile.

use convene_rules::profile::Profile;
use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use convene_rules::tier::Tier;
use convene_rules::zone::Zone;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Outcome, refusing};
use crate::values::pg_uuid;
use crate::{args, record, statement};

statement! {
    fresh READ: ProfileRow = "../sql/profile_read.sql" (INT4OID, UUIDOID);
    fresh UPDATE: UserRow = "../sql/profile_update.sql" (
        INT4OID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
    );
}

record! {
    struct ProfileRow {
        name: String,
        title: Option<String>,
        company: Option<String>,
        bio: Option<String>,
        slug: Option<String> = "slug::text",
        time_zone: Zone,
    }
}

record! {
    /// A user, as `get_user` returns them.
    pub struct UserRow {
        id: Uuid,
        org_slug: String = "org.slug",
        email: String,
        name: String,
        role: Role,
        title: Option<String>,
        company: Option<String>,
        bio: Option<String>,
        slug: Option<String> = "u.slug::text",
        time_zone: Zone,
        is_active: bool = "convene.is_active_now(u)",
        reputation_score: f64,
        reputation_tier: Tier,
        joined_at: Timestamp,
        last_activity_at: Timestamp,
        is_dormant: bool = "u.dormant_since IS NOT NULL",
        /// Whoever changes their profile is not suspended.
        suspension_reason: Option<String> = "NULL::text",
        suspended_until: Option<Timestamp> = "NULL::timestamptz",
    }
    returned by returns_user;
}

returns_user! {
    /// Changes the profile and returns the user.
    #[pg_extern(volatile, parallel_unsafe)]
    fn update_profile(p_user_id: Option<pgrx::Uuid>, p_changes: Option<pgrx::JsonB>) -> UserRow {
        let user_id = args::id(p_user_id, "user_id")?;
        let changes = args::required(p_changes, "changes")?.0;
        Spi::connect(|client| update(client, user_id, &changes))
    }
}

fn update(client: &SpiClient<'_>, user_id: Uuid, changes: &Value) -> Outcome<UserRow> {
    // Two changes of different fields at once: the second must see the first.
    let org_id = Actor::locked(client, user_id, &[])?.org_id;
    let unknown = || Refusal::UserNotFound { user_id };
    let before = READ.row(client, &[org_id.into(), pg_uuid(user_id).into()])?.ok_or_else(unknown)?;
    let profile = before.into_profile().changed(changes)?;
    let args = [
        org_id.into(),
        pg_uuid(user_id).into(),
        profile.name.into(),
        profile.title.into(),
        profile.company.into(),
        profile.bio.into(),
        profile.time_zone.name().into(),
        profile.slug.into(),
    ];
    // Of all that is written here, only a short name can be somebody else's.
    let taken = Refusal::invalid("slug", "is taken in this organization");
    let updated = refusing(PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION, &taken, || UPDATE.row(client, &args))?;
    Ok(updated.ok_or_else(unknown)?)
}

impl ProfileRow {
    fn into_profile(self) -> Profile {
        let Self { name, title, company, bio, slug, time_zone } = self;
        Profile { name, title, company, bio, slug, time_zone }
    }
}
