//! The SQL that is applied anew every time: functions over sets, views, jobs, and who may use what.

use tokio_postgres::Client;

use super::error::MigrateError;
use super::files;
use super::script::Script;

/// Applies all of it in one transaction: nobody ever sees new functions with old rights, or half of them.
pub async fn apply(client: &mut Client) -> Result<String, MigrateError> {
    let transaction = client.transaction().await?;
    let groups = [files::sql_in("functions"), files::sql_in("views"), files::jobs(), files::sql_file("grants.sql")];
    for script in groups.iter().flatten() {
        script.run(&transaction).await?;
    }
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
