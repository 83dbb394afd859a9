//! Whether the server and our role on it are suitable.

use tokio_postgres::Client;

use super::error::MigrateError;

/// The oldest version that the extension supports.
pub const OLDEST_VERSION: i32 = 140_000;

/// A description of the server. Refuses a server that is too old, a standby, and a role that is no superuser.
pub async fn check(client: &Client) -> Result<String, MigrateError> {
    let row = client
        .query_one(
            "SELECT current_setting('server_version_num')::integer, current_setting('server_version'), current_user::text,
                    pg_is_in_recovery(), (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)",
            &[],
        )
        .await?;
    let (number, name): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
    let (user, standby, superuser): (String, bool, bool) = (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
    if number < OLDEST_VERSION {
        return Err(MigrateError::Unsuitable(format!("this is Postgres {name}; Convene needs 14 or newer")));
    }
    if standby {
        return Err(MigrateError::Unsuitable("this server is a standby: connect to the primary".to_owned()));
    }
    if !superuser {
        return Err(MigrateError::Unsuitable(format!(
            "{user} is no superuser, and only one may create the extension and its roles: \
             let CONVENE_ADMIN_DATABASE_URL name one"
        )));
    }
    Ok(format!("Postgres {name}"))
}
