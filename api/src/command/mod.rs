//! What each subcommand does with the library.

mod arguments;
mod config;
mod doctor;
mod mail;
mod migrate;
mod rotate_keys;
mod serve;

use std::error::Error;
use std::process::ExitCode;

use convene_api::config::Config;
use convene_api::openapi_document;
use convene_api::operate::token;

pub use arguments::{Arguments, Command, load_env_file};

pub async fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Serve => serve::run().await?,
        Command::Migrate(arguments) => migrate::run(&arguments).await?,
        Command::Doctor => return doctor::run().await,
        Command::Token(arguments) => {
            let config = Config::from_environment()?;
            let url = config.require_admin_database()?;
            println!("{}", token::open(url, &arguments.email, arguments.org.as_deref()).await?);
        }
        Command::Mail => mail::run().await?,
        Command::RotateKeys => return rotate_keys::run().await,
        Command::Openapi => println!("{}", openapi_document().to_pretty_json()?),
        Command::Config => return Ok(config::run()),
    }
    Ok(ExitCode::SUCCESS)
}
