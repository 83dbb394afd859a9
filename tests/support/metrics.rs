//! Prometheus's text, read.

use std::collections::{BTreeMap, BTreeSet};

/// What one scrape said.
#[derive(Debug)]
pub struct Metrics {
    /// Type and labels of each metric.
    pub families: BTreeMap<String, Family>,
    samples: Vec<(String, BTreeMap<String, String>, f64)>,
}

#[derive(Debug, Default, PartialEq)]
pub struct Family {
    pub kind: String,
    /// But for a histogram's `le`.
    pub labels: BTreeSet<String>,
}

impl Metrics {
    /// Panics at whatever Prometheus would not take.
    pub fn read(text: &str) -> Self {
        assert!(text.ends_with('\n') && !text.contains('\r'), "{text}");
        let (mut families, mut samples) = (BTreeMap::<String, Family>::new(), Vec::new());
        for line in text.lines() {
            if let Some(declared) = line.strip_prefix("# TYPE ") {
                let (name, kind) = declared.split_once(' ').expect("a name and a type");
                let family = Family { kind: kind.to_owned(), labels: BTreeSet::new() };
                assert!(families.insert(name.to_owned(), family).is_none(), "{name} is declared twice");
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
                let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
                let labels = labels_of(labels.strip_suffix('}').unwrap_or_else(|| panic!("no end of labels: {line}")));
                let of_family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
                let family = of_family.filter(|family| families.contains_key(*family)).unwrap_or(name);
                let family = families.get_mut(family).unwrap_or_else(|| panic!("not declared before: {line}"));
                family.labels.extend(labels.keys().filter(|label| *label != "le").cloned());
                samples.push((name.to_owned(), labels, value.parse().unwrap_or_else(|_| panic!("no number: {line}"))));
            }
        }
        Self { families, samples }
    }

    /// The sum of what has at least these labels; `None` if nothing has.
    pub fn get(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let wanted = |has: &BTreeMap<String, String>| {
            labels.iter().all(|(label, value)| has.get(*label).is_some_and(|given| given == value))
        };
        let found: Vec<f64> =
            self.samples.iter().filter(|(of, has, _)| of == name && wanted(has)).map(|(.., value)| *value).collect();
        (!found.is_empty()).then(|| found.iter().sum())
    }

    /// Every value a label has, in any metric.
    pub fn values(&self, label: &str) -> BTreeSet<&str> {
        self.samples.iter().filter_map(|(_, labels, _)| labels.get(label).map(String::as_str)).collect()
    }
}

/// Ours hold neither commas nor quotation marks in their values.
fn labels_of(text: &str) -> BTreeMap<String, String> {
    text.split(',')
        .filter(|label| !label.is_empty())
        .map(|label| {
            let (name, value) = label.split_once('=').unwrap_or_else(|| panic!("no label: {label}"));
            (name.to_owned(), value.trim_matches('"').to_owned())
        })
        .collect()
}
