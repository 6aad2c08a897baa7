//! The memory of another process.

/// The most that a process has held in memory so far, in KiB: `VmHWM` of `/proc/<pid>/status` (proc(5)).
///
/// # Panics
/// When there is no such process.
pub fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
