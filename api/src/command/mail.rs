//! `convene mail`

use std::error::Error;

use convene_api::config::Config;
use convene_api::operate::mail::waiting;

pub async fn run() -> Result<(), Box<dyn Error>> {
    let config = Config::from_environment()?;
    let url = config.require_admin_database()?;
    for mail in waiting(url, &config).await? {
        println!("{}  {}  {}\n    {}", mail.since, mail.to, mail.template, mail.content);
    }
    Ok(())
}
