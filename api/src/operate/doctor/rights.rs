//! Who owns what, and who may do what.

use tokio_postgres::Client;

use super::Finding;

/// Whether our functions belong to the owner of the tables, have a pinned search_path, and cannot be called by others.
pub async fn functions(admin: &Client) -> Finding {
    const SUBJECT: &str = "functions";
    let check = async {
        let rows = admin.query(include_str!("sql/loose_functions.sql"), &[]).await?;
        let wrong = rows
            .iter()
            .map(|row| Ok(format!("{} {}", row.try_get::<_, String>("name")?, row.try_get::<_, String>("problem")?)))
            .collect::<Result<Vec<_>, tokio_postgres::Error>>()?;
        Ok(if wrong.is_empty() {
            Finding::ok(SUBJECT, "all belong to convene_owner, and none is open to PUBLIC")
        } else {
            let shown = wrong.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
            Finding::fail(
                SUBJECT,
                format!("{} have a wrong owner or wrong rights: {shown}", wrong.len()),
                "Run `convene migrate`.",
            )
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether the service's role can call functions and touch no table.
pub async fn service_role(service: &Client) -> Finding {
    const SUBJECT: &str = "service role";
    let check = async {
        let row = service.query_typed_one(include_str!("sql/service_rights.sql"), &[]).await?;
        let (user, superuser): (String, bool) = (row.try_get("user_name")?, row.try_get("is_superuser")?);
        let (tables, missing): (Vec<String>, bool) = (row.try_get("tables")?, row.try_get("lacks_functions")?);
        Ok(if superuser {
            Finding::fail(
                SUBJECT,
                format!("{user} is a superuser"),
                "Let CONVENE_DATABASE_URL name convene_service, or a member of it without other rights.",
            )
        } else if !tables.is_empty() {
            let advice =
                "Revoke what was granted beyond sql/grants.sql; `convene migrate` does so for convene_service.";
            Finding::fail(SUBJECT, format!("{user} can touch {}", tables.join(", ")), advice)
        } else if missing {
            let advice = "Run `convene migrate`, and let CONVENE_DATABASE_URL name convene_service.";
            Finding::fail(SUBJECT, format!("{user} may not call the functions"), advice)
        } else {
            Finding::ok(SUBJECT, format!("{user} can call functions and touch no table"))
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether both URLs lead to the same database of the same server.
pub async fn same_database(admin: &Client, service: &Client) -> Finding {
    const SUBJECT: &str = "same database";
    const WHERE: &str = "SELECT current_database()::text, pg_postmaster_start_time()::text";
    let check = async {
        let (one, other) = (admin.query_one(WHERE, &[]).await?, service.query_typed_one(WHERE, &[]).await?);
        let place = |row: &tokio_postgres::Row| {
            Ok::<(String, String), tokio_postgres::Error>((row.try_get(0)?, row.try_get(1)?))
        };
        Ok(if place(&one)? == place(&other)? {
            Finding::ok(SUBJECT, "both connections lead to the same one")
        } else {
            Finding::fail(
                SUBJECT,
                "the two connections lead to different ones",
                "Let CONVENE_DATABASE_URL and CONVENE_ADMIN_DATABASE_URL name the same server and database.",
            )
        })
    };
    Finding::of(SUBJECT, check.await)
}
