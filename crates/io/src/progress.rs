//! How far a transfer is.

/// Bytes that are safe on the other side, of all there are.
///
/// ```
/// use dataverse_files_io::Progress;
/// let half = Progress { done: 4_194_304, total: 8_388_608 };
/// assert!((half.fraction() - 0.5).abs() < f64::EPSILON);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// In bytes.
    pub done: u64,
    /// In bytes.
    pub total: u64,
}

impl Progress {
    /// From 0 to 1; 1 when there is nothing to do.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share for people's eyes")]
    pub fn fraction(self) -> f64 {
        if self.total == 0 { 1.0 } else { self.done as f64 / self.total as f64 }
    }
}
