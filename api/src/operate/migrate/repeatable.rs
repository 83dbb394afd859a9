//! The SQL that is applied anew every time: functions over sets, views, jobs, and who may use what.

use tokio_postgres::Client;

use super::error::MigrateError;
use super::files;
use super::script::Script;

/// A function may call one of a file that comes later, so bodies are checked when all are there.
const LATER: &str = "SET LOCAL check_function_bodies = off";
const CHECK_BODIES: &str = "
    SET LOCAL check_function_bodies = on;
    SELECT CASE l.lanname WHEN 'sql' THEN fmgr_sql_validator(p.oid) ELSE plpgsql_validator(p.oid) END
    FROM pg_proc p
    JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = 'convene'::regnamespace AND l.lanname IN ('sql', 'plpgsql')";

/// Applies all of it in one transaction, so that new functions are never visible with old rights, or only half of them.
pub async fn apply(client: &mut Client) -> Result<String, MigrateError> {
    let transaction = client.transaction().await?;
    transaction.batch_execute(LATER).await?;
    let groups = [files::sql_in("functions"), files::sql_in("views"), files::jobs(), files::sql_file("grants.sql")];
    for script in groups.iter().flatten() {
        script.run(&transaction).await?;
    }
    transaction.batch_execute(CHECK_BODIES).await?;
    transaction.commit().await?;
    let [functions, views, jobs, _] = groups.map(|scripts: Vec<Script>| scripts.len());
    Ok(format!("{functions} files of functions, {views} views, {jobs} jobs, grants"))
}

/// Loads the demo data, each file in a transaction of its own. It is written to change nothing the second time.
pub async fn load_demo(client: &mut Client) -> Result<String, MigrateError> {
    let scripts = files::sql_in("demo");
    for script in &scripts {
        let transaction = client.transaction().await?;
        script.run(&transaction).await?;
        transaction.commit().await?;
    }
    Ok(format!("{} files", scripts.len()))
}
