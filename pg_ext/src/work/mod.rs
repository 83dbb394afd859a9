//! The one queue for everything owed to the outside world: claiming what is due, and settling what was worked on. What
//! decides is `convene_rules::work`; putting work in and taking it out is SQL (`sql/functions/work_items.sql`).

mod claim;
mod put_back;
mod settle;
