//! `convene migrate`

use std::error::Error;

use convene_api::config::Config;
use convene_api::operate::migrate::{Options, run_reporting};

use super::arguments::Migrate;

pub async fn run(arguments: &Migrate) -> Result<(), Box<dyn Error>> {
    let config = Config::from_environment()?;
    let url = config.require_admin_database()?;
    let options = Options { recreate_extension: arguments.recreate_extension, demo: arguments.demo };
    run_reporting(url, options, &mut |step, outcome| println!("{step:<11} {outcome}")).await?;
    Ok(())
}
