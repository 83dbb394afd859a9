//! A user's addresses, replaced as a whole.

use convene_rules::profile::{self, UserUrl};
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::values::pg_uuid;
use crate::{activity, args, lock, statement};

statement! {
    fresh REPLACE = "../sql/urls_replace.sql" (INT4OID, UUIDOID, TEXTARRAYOID, TEXTARRAYOID);
}

/// Replaces the user's addresses and returns them in their order.
#[pg_extern(volatile, parallel_unsafe)]
fn set_user_urls(
    p_user_id: Option<pgrx::Uuid>,
    p_urls: Option<pgrx::JsonB>,
) -> TableIterator<'static, (name!(position, i32), name!(label, String), name!(url, String))> {
    let replaced = || {
        let user_id = args::id(p_user_id, "user_id")?;
        let urls = args::required(p_urls, "urls")?.0;
        Spi::connect(|client| replace(client, user_id, &urls))
    };
    TableIterator::new((1..).zip(answer(replaced())).map(|(position, one)| (position, one.label, one.url)))
}

fn replace(client: &SpiClient<'_>, user_id: Uuid, urls: &Value) -> Outcome<Vec<UserUrl>> {
    let org_id = Actor::load(client, user_id)?.org_id;
    let urls = profile::urls(urls)?;
    lock::users(client, org_id, &[user_id])?;
    let column = |of: fn(&UserUrl) -> &String| urls.iter().map(of).cloned().collect::<Vec<String>>();
    let args = [org_id.into(), pg_uuid(user_id).into(), column(|one| &one.label).into(), column(|one| &one.url).into()];
    REPLACE.with(|replace| replace.run(client, &args))?;
    activity::note(client, org_id, user_id)?;
    Ok(urls)
}
