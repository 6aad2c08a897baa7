//! The memory of another process.

/// The most that a process has held in memory so far, in KiB: `VmHWM` of `/proc/<pid>/status` (proc(5)). `None` when it has
/// ended: nothing of it is left then.
pub fn peak_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
