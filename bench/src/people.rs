//! The people of a benchmark, all in the default organization.

use tokio_postgres::Client;
use uuid::Uuid;

use crate::outcome::Outcome;

/// The organization that the migrations make.
pub const ORG_ID: i32 = 1;

/// Who there is.
pub struct People {
    pub mentors: Vec<Uuid>,
    pub mentees: Vec<Uuid>,
}

/// Makes mentors, each with a block, and platinum mentees.
pub async fn invite(admin: &Client, mentors: i32, mentees: i32) -> Outcome<People> {
    let people = invite_without_blocks(admin, mentors, mentees).await?;
    admin.execute(include_str!("../sql/blocks.sql"), &[]).await?;
    Ok(people)
}

/// Makes mentors and platinum mentees.
pub async fn invite_without_blocks(admin: &Client, mentors: i32, mentees: i32) -> Outcome<People> {
    let mut people = People { mentors: Vec::new(), mentees: Vec::new() };
    for row in admin.query(include_str!("../sql/people.sql"), &[&mentors, &mentees]).await? {
        let role: &str = row.try_get("role")?;
        if role == "mentor" { &mut people.mentors } else { &mut people.mentees }.push(row.try_get("id")?);
    }
    Ok(people)
}
