//! A user's addresses, replaced as a whole.

use convene_rules::profile::{self, UserUrl};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::Outcome;
use crate::values::pg_uuid;
use crate::{activity, args, record, statement};

statement! {
    fresh REPLACE = "../sql/urls_replace.sql" (INT4OID, UUIDOID, TEXTARRAYOID, TEXTARRAYOID);
}

record! {
    /// An address of a user, by its place among them.
    pub struct UrlRow {
        position: i32,
        label: String,
        url: String,
    }
    returned by returns_urls;
}

returns_urls! {
    /// Replaces the user's addresses and returns them in their order.
    #[pg_extern(volatile, parallel_unsafe)]
    fn set_user_urls(p_user_id: Option<pgrx::Uuid>, p_urls: Option<pgrx::JsonB>) -> Vec<UrlRow> {
        let user_id = args::id(p_user_id, "user_id")?;
        let urls = args::required(p_urls, "urls")?.0;
        let urls = Spi::connect(|client| replace(client, user_id, &urls))?;
        Ok((1..).zip(urls).map(|(position, UserUrl { label, url })| UrlRow { position, label, url }).collect())
    }
}

fn replace(client: &SpiClient<'_>, user_id: Uuid, urls: &Value) -> Outcome<Vec<UserUrl>> {
    let urls = profile::urls(urls)?;
    let org_id = Actor::locked(client, user_id, &[])?.org_id;
    let column = |of: fn(&UserUrl) -> &String| urls.iter().map(of).cloned().collect::<Vec<String>>();
    let args = [org_id.into(), pg_uuid(user_id).into(), column(|one| &one.label).into(), column(|one| &one.url).into()];
    REPLACE.run(client, &args)?;
    activity::note(client, org_id, user_id)?;
    Ok(urls)
}
