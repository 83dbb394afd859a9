//! `convene rotate-keys`

use std::error::Error;
use std::process::ExitCode;

use convene_api::config::Config;
use convene_api::operate::rotate_keys::rotate;

pub async fn run() -> Result<ExitCode, Box<dyn Error>> {
    let config = Config::from_environment()?;
    let url = config.require_admin_database()?;
    let tables = rotate(url, &config, |table| eprintln!("{}: {} sealed anew", table.table, table.sealed)).await?;
    let mut code = ExitCode::SUCCESS;
    for table in tables {
        println!("{}: {} sealed anew", table.table, table.sealed);
        for (problem, count) in table.failed {
            println!("{}: {count} left as they are: {problem}", table.table);
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
