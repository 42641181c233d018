//! What can be seen of a host's gate from outside.

/// A host's gate at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate<'a> {
    /// Whose.
    pub host: &'a str,
    /// Requests that were sent and have not ended.
    pub under_way: usize,
    /// Requests that wait before it.
    pub waiting: usize,
    /// Whether those wait for a limit: the host is paused, or asked at a pace, or
    /// as many are under way as may ever be. Else it is still being found out
    /// how many it takes, or more would bring no more.
    pub is_limit: bool,
}
