//! The cores that a measurement may use.

use super::report::read;
use crate::Failure;
use crate::command::{output, program};
use std::path::Path;

/// The cores that the kernel lets this process use.
pub(super) fn allowed() -> Result<Vec<usize>, Failure> {
    let status = read(Path::new("/proc/self/status"))?;
    let mut lines = status.lines();
    let list = lines.find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    Ok(listed(list.ok_or("the kernel names no cores")?.trim())?)
}

/// Keeps this thread, and whatever it starts from now on, to some cores.
pub(super) fn keep_to(cores: &[usize], root: &Path) -> Result<(), Failure> {
    let (cores, id) = (named(cores), std::process::id().to_string());
    output(program("taskset", &["--cpu-list", "--pid", &cores, &id], root))?;
    Ok(())
}

/// Cores as taskset has them named.
pub(super) fn named(cores: &[usize]) -> String {
    cores.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

/// Numbers as the kernel lists them, such as `0-2,5`.
fn listed(list: &str) -> Result<Vec<usize>, std::num::ParseIntError> {
    let mut numbers = Vec::new();
    for part in list.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (usize, usize) = (from.parse()?, to.parse()?);
        numbers.extend(from..=to);
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_read_as_the_kernel_lists_them() {
        assert_eq!(listed("0-2,5").unwrap(), [0, 1, 2, 5]);
        assert_eq!(listed("3").unwrap(), [3]);
        assert!(listed("").is_err());
    }
}
