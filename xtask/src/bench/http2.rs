//! HTTP/1.1 on several connections against HTTP/2: the example of
//! silverprint-http measures, this makes the table.

use super::report::Report;
use crate::Failure;
use crate::command::{cargo, output};
use serde_json::Value;
use std::path::Path;

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let args = ["run", "--quiet", "--release", "--locked", "-p", "silverprint-http"];
    let measured = output(cargo(&[&args[..], &["--example", "http2"]].concat(), root))?;
    let header = ["body", "latency", "protocol", "requests/s", "MB/s", "CPU s/GB"];
    let mut report = Report::new(&header);
    for line in measured.lines() {
        let row: Value = serde_json::from_str(line)?;
        report.row(vec![
            format!("{} kB", row["bytes"].as_u64().ok_or("no bytes")? / 1000),
            format!("{} ms", row["latency_ms"]),
            row["protocol"].as_str().ok_or("no protocol")?.to_owned(),
            format!("{:.0}", number(&row, "requests_a_second")?),
            format!("{:.1}", number(&row, "mb_a_second")?),
            format!("{:.2}", number(&row, "cpu_seconds_a_gb")?),
        ]);
    }
    Ok(report)
}

fn number(row: &Value, name: &str) -> Result<f64, Failure> {
    Ok(row[name].as_f64().ok_or_else(|| format!("the example measured no {name}: {row}"))?)
}
