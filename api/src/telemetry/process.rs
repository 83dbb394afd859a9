//! What the operating system says of this process. Nothing where there is no `/proc`.

use std::fs;

/// Linux counts processor time for programs in hundredths of a second, whatever the kernel's own clock.
const TICKS_PER_SECOND: f64 = 100.0;

/// Physical memory, in bytes.
pub fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

/// Processor time as user and as system, in seconds.
pub fn cpu() -> Option<(f64, f64)> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, in parentheses, and may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let mut seconds = || fields.next()?.parse::<f64>().ok().map(|ticks| ticks / TICKS_PER_SECOND);
    Some((seconds()?, seconds()?))
}

/// Open files and sockets.
pub fn files() -> Option<u64> {
    // One of them is this listing.
    fs::read_dir("/proc/self/fd").ok().map(|files| (files.count() as u64).saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_has_memory_time_and_files() {
        assert!((1 << 20..1 << 40).contains(&memory().unwrap()));
        let (user, system) = cpu().unwrap();
        assert!((0.0..1e6).contains(&user) && (0.0..1e6).contains(&system));
        assert!(files().unwrap() >= 3);
    }
}
