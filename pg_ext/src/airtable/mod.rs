//! Records of Airtable become people.
//!
//! The service fetches records and hands over a page of them at a time. A page is applied as a whole or not at all, and a
//! second time it changes nothing.

mod page;
mod record;
mod report;

use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::{Failure, Outcome, answer};
use crate::ids::IdRow;
use crate::{args, lock, statement};

use page::Page;
use record::Record;
use report::Report;

statement! {
    fresh PEOPLE: IdRow = "../sql/airtable_people.sql" (INT4OID, TEXTARRAYOID, TEXTARRAYOID);
}

/// Applies records as they were at an instant. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn apply_airtable_records(
    p_org_id: Option<i32>,
    p_as_of: Option<TimestampWithTimeZone>,
    p_listing: Option<i32>,
    p_records: Option<pgrx::JsonB>,
) -> pgrx::JsonB {
    let applied = || {
        let org_id = args::required(p_org_id, "org_id")?;
        let as_of = args::time(p_as_of, "as_of")?;
        let records = Record::all(&args::required(p_records, "records")?.0)?;
        let report = Spi::connect(|client| apply(client, org_id, as_of, p_listing, &records))?;
        serde_json::to_value(report).map_err(|error| Failure::Corrupt(format!("a report is no JSON: {error}")))
    };
    pgrx::JsonB(answer(applied()))
}

fn apply(
    client: &SpiClient<'_>,
    org_id: i32,
    as_of: Timestamp,
    listing: Option<i32>,
    records: &[Record],
) -> Outcome<Report> {
    lock_people(client, org_id, records)?;
    let mut page = Page { client, org_id, as_of, listing, report: Report::default() };
    // First, because somebody may be back under another record, with the same address.
    page.remove(records)?;
    for record in records {
        if let Some(reading) = &record.reading {
            page.put(record, reading)?;
        }
    }
    Ok(page.report)
}

/// Locks everybody whom the records may change, before anything is decided.
fn lock_people(client: &SpiClient<'_>, org_id: i32, records: &[Record]) -> Outcome<()> {
    let record_ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    let emails: Vec<String> = records.iter().filter_map(|record| record.email().map(str::to_owned)).collect();
    let people = || -> Outcome<Vec<Uuid>> {
        let args = [org_id.into(), record_ids.clone().into(), emails.clone().into()];
        PEOPLE.ids(client, &args)
    };
    let concerned = people()?;
    lock::users(client, org_id, &concerned)?;
    if people()?.iter().any(|id| !concerned.contains(id)) {
        // Locking them now would be out of order.
        return Err(Failure::Overtaken("somebody took an address of these records at this moment"));
    }
    Ok(())
}
