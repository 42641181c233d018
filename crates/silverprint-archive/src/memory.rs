//! How much memory the process held at most, where the system tells.

/// The peak resident set in bytes. On Linux the kernel keeps it; elsewhere
/// nothing is known without unsafe calls, and `None` says so.
pub(crate) fn peak() -> Option<u64> {
    peak_of(&status()?)
}

#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "a page of text that the kernel makes: no disk")]
fn status() -> Option<String> {
    std::fs::read_to_string("/proc/self/status").ok()
}

#[cfg(not(target_os = "linux"))]
fn status() -> Option<String> {
    None
}

fn peak_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_kernels_line_is_read() {
        assert_eq!(super::peak_of("Name:\tx\nVmHWM:\t   1024 kB\n"), Some(1 << 20));
        assert_eq!(super::peak_of("Name:\tx\n"), None);
    }
}
