//! A destination that notices when a byte is given twice.

/// Bytes that have arrived, at their positions.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    bytes: Vec<Option<u8>>,
    reopened: bool,
    voided: bool,
}

impl Sink {
    /// A sink that holds these bytes at these positions, as a partial file does.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) {
        let (start, end) = (offset as usize, offset as usize + bytes.len());
        if self.bytes.len() < end {
            self.bytes.resize(end, None);
        }
        for (place, byte) in self.bytes[start..end].iter_mut().zip(bytes) {
            assert!(self.reopened || place.is_none(), "a byte near {offset} came twice");
            *place = Some(*byte);
        }
    }

    /// Another process goes on with an older checkpoint: it may write again what is there.
    pub fn reopen(&mut self) {
        self.reopened = true;
    }

    /// All is void.
    pub fn restart(&mut self) {
        self.bytes.clear();
        self.voided = true;
    }

    /// Whether all was void since this was asked last: whoever keeps checkpoints must forget them then.
    pub fn take_voided(&mut self) -> bool {
        std::mem::take(&mut self.voided)
    }

    /// Whether nothing has arrived yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The whole file, when there is no hole in it.
    pub fn whole(&self) -> Option<Vec<u8>> {
        self.bytes.iter().copied().collect()
    }
}
