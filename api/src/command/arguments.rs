//! What the command line offers.

use std::io::ErrorKind;

use clap::{Args, Parser, Subcommand};
use convene_api::config;

/// Convene: appointment scheduling inside Postgres.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "\
Settings are environment variables, or lines of a file .env in the working directory: see `convene config`.

A new installation (docs/operations.md explains every step):
  export CONVENE_ADMIN_DATABASE_URL=postgres://postgres:SECRET@localhost/convene
  convene migrate
  psql \"$CONVENE_ADMIN_DATABASE_URL\" -c '\\password convene_service'
  export CONVENE_DATABASE_URL=postgres://convene_service:PASSWORD@localhost/convene
  convene doctor
  env -u CONVENE_ADMIN_DATABASE_URL convene serve      # the service needs no superuser"
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run the service: answer HTTP, and work in the background (notices, calendars, Airtable)
    #[command(after_long_help = format!("\
Prints the address on standard output and logs on standard error. SIGTERM and SIGINT let requests in progress end.

Examples:
  convene serve
  CONVENE_LISTEN=0.0.0.0:80 CONVENE_WORKERS=false convene serve
  CONVENE_HTTP=false convene serve                # only the background work

{}", config::table()))]
    Serve,

    /// Bring the database up to date: migrations, extension, functions, grants, jobs
    #[command(after_help = "\
Safe to run again, and in several processes at once. Connects with CONVENE_ADMIN_DATABASE_URL,
as a superuser. Jobs are scheduled if pg_cron runs in this database; if not, it says so.

Examples:
  convene migrate
  convene migrate --demo                          # with demonstration data
  convene migrate --recreate-extension            # after installing new files of the extension")]
    Migrate(Migrate),

    /// Check everything that can be wrong with this installation, and say what to do
    #[command(after_help = "\
One line for each check: ok, warn (it works, but look at it) or FAIL. Exits with 1 if anything failed.
Changes nothing. Connects with CONVENE_ADMIN_DATABASE_URL and with CONVENE_DATABASE_URL, and needs the
other settings of the service, too, to compare them with what is in the database.

Example:
  convene doctor")]
    Doctor,

    /// Open a session for a user and print its token: a way in before sign-in by mail is set up
    #[command(after_help = "\
Whoever has the token can do what the user can. The session lasts 7 days. While it is used it is
extended, to 30 days at most. Each call opens another session, so keep the token.
GET /v1/auth/sessions lists a user's sessions, DELETE /v1/auth/sessions/{id} ends one.
Connects with CONVENE_ADMIN_DATABASE_URL, as a superuser.

Examples:
  token=$(convene token mentee1@demo.test)
  curl -H \"Authorization: Bearer $token\" http://127.0.0.1:8080/v1/users/me
  convene token ada@acme.test --org acme          # where several organizations have this address")]
    Token(Token),

    /// Print the mails that wait, with their links to sign in: for development
    #[command(after_help = "\
Oldest first. Convene does not send mail yet. Whoever has a link can sign in with it, once.
Links are sealed in the database; CONVENE_KEYS opens them, and CONVENE_SIGN_IN_URL is what they begin
with. Connects with CONVENE_ADMIN_DATABASE_URL, as a superuser.

Example:
  convene mail")]
    Mail,

    /// Encrypt all stored secrets again with the first of CONVENE_KEYS, so that the others can be removed
    #[command(after_help = "\
The service may run meanwhile. To change the key:
  1. Put a new key first: CONVENE_KEYS=2=…,1=…   and restart every `convene serve`.
  2. convene rotate-keys
  3. If it left nothing as it is, remove the old key and restart every `convene serve`.
Exits with 1 if something cannot be decrypted with any key. Connects with CONVENE_ADMIN_DATABASE_URL,
as a superuser.

Example:
  convene rotate-keys")]
    RotateKeys,

    /// Print the OpenAPI document
    #[command(after_help = "Example:\n  convene openapi > openapi.json")]
    Openapi,

    /// Print every setting with its default, what it is now, and what it means
    #[command(
        after_help = "Secrets are not shown. Exits with 1 if something set cannot be used.\n\nExample:\n  convene config"
    )]
    Config,
}

#[derive(Args)]
pub struct Migrate {
    /// Drop the extension and create it again, even if its version is the same. It contains only functions, so no data is
    /// lost
    #[arg(long)]
    pub recreate_extension: bool,
    /// Load the demonstration data: an organization `demo` with people, slots and bookings. Not for production
    #[arg(long)]
    pub demo: bool,
}

#[derive(Args)]
pub struct Token {
    /// The user's email address
    #[arg(value_name = "ADDRESS")]
    pub email: String,
    /// The short name of the user's organization. Needed only where several have a user with this address
    #[arg(long, value_name = "SLUG")]
    pub org: Option<String>,
}

/// Reads `.env` of the working directory, if there is one. What the environment has already set stays.
pub fn load_env_file() -> Result<(), String> {
    match dotenvy::from_path(".env") {
        Ok(()) => Ok(()),
        Err(dotenvy::Error::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(dotenvy::Error::Io(error)) => Err(format!("cannot read .env: {error}")),
        // The text of the error quotes the line, which may hold a secret.
        Err(_) => Err("a line of .env is not of the form NAME=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
