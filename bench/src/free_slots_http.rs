use crate::{cluster::Cluster, options::Options, outcome::Outcome, table::Row};
pub async fn run(_: &Cluster, _: &Options) -> Outcome<Vec<Row>> {
    Ok(vec![])
}
