//! What the command line offers.

use std::io::ErrorKind;

use clap::{Args, Parser, Subcommand};
use convene_api::config;

/// Convene: appointment scheduling inside Postgres.
#[derive(Parser)]
#[command(
    version,
    about,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "\
Settings are environment variables: see `convene config`.

A new installation:
  export CONVENE_ADMIN_DATABASE_URL=postgres://postgres:secret@localhost/convene
  export CONVENE_DATABASE_URL=postgres://convene_service:secret@localhost/convene
  convene migrate && convene doctor && convene serve"
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Answer HTTP, and fan out booking events in the background
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
Safe to run again, and in several processes at once. Connects with CONVENE_ADMIN_DATABASE_URL, as a superuser.

Examples:
  convene migrate
  convene migrate --demo                          # with demonstration data
  convene migrate --recreate-extension            # after building the extension anew in development")]
    Migrate(Migrate),

    /// Check everything that can be wrong with this installation, and say what to do
    #[command(after_help = "\
One line for each check: ok, warn or FAIL. Exits with 1 if anything failed. Changes nothing.

Example:
  convene doctor")]
    Doctor,

    /// Open a session for a user and print its token: a way in before sign-in by mail is set up
    #[command(after_help = "\
The session lasts 7 days. While it is used it is extended, to 30 days at most. It can do what the user can.
Each call opens another session, so keep the token. GET /v1/auth/sessions lists a user's sessions, and
DELETE /v1/auth/sessions/{id} ends one.
Connects with CONVENE_ADMIN_DATABASE_URL, as a superuser.

Examples:
  token=$(convene token mentee1@demo.test)
  curl -H \"Authorization: Bearer $token\" http://127.0.0.1:8080/v1/users/me
  convene token ada@acme.test --org acme          # where several organizations have this address")]
    Token(Token),

    /// Show the mail that waits to be sent, links opened: for development
    #[command(after_help = "\
Oldest first. Links are sealed in the database; CONVENE_KEYS opens them. Connects with CONVENE_ADMIN_DATABASE_URL.

Example:
  convene mail")]
    Mail,

    /// Seal everything anew with the first of CONVENE_KEYS, so that the others can be taken away
    #[command(after_help = "\
The service may run meanwhile. To change the key:
  1. Put a new key first: CONVENE_KEYS=2=…,1=…   and restart every `convene serve`.
  2. convene rotate-keys
  3. When it reports nothing left as it is, take the old key away and restart.
Exits with 1 if something cannot be opened with any key. Connects with CONVENE_ADMIN_DATABASE_URL.

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
    /// Drop the extension and create it again though its version is the same; nothing depends on it
    #[arg(long)]
    pub recreate_extension: bool,
    /// Load the demonstration data
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
