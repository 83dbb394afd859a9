//! The text of notices, made when they are read.

use std::cell::RefCell;
use std::collections::HashMap;

use convene_messages::{Language, Reader, render_stored};
use convene_rules::zone::Zone;
use pgrx::prelude::*;

use crate::failure::Outcome;
use crate::{args, record};

record! {
    pub struct NoticeText {
        pub title: String,
        pub message: String,
    }
    returned by returns_notice_text;
}

thread_local! {
    /// Zones that were looked up in this session: a list of notices has one or two.
    static ZONES: RefCell<HashMap<String, Zone>> = RefCell::default();
}

returns_notice_text! {
    /// What a notice says. COMMENT in finalize.sql.
    #[pg_extern(stable, parallel_safe)]
    fn render_notice(
        p_kind: Option<&str>,
        p_facts: Option<pgrx::JsonB>,
        p_language: Option<&str>,
        p_time_zone: Option<&str>,
    ) -> NoticeText {
        let kind = args::required(p_kind, "kind")?;
        let facts = args::required(p_facts, "facts")?.0;
        let language = Language::of_tag(args::required(p_language, "language")?);
        let time_zone = zone(args::required(p_time_zone, "time_zone")?)?;
        let text = render_stored(kind, &facts, &Reader { language, time_zone });
        Ok(NoticeText { title: text.title, message: text.message })
    }
}

fn zone(name: &str) -> Outcome<Zone> {
    if let Some(zone) = ZONES.with_borrow(|known| known.get(name).cloned()) {
        return Ok(zone);
    }
    let zone = Zone::iana(name)?;
    ZONES.with_borrow_mut(|known| known.insert(name.to_owned(), zone.clone()));
    Ok(zone)
}
