//! Pieces that arrive in any order come out in theirs.
use std::collections::BTreeMap;

use bytes::Bytes;

/// Holds back what came early. How much that can be is for whoever asks for the pieces to bound.
///
/// ```
/// use dataverse_files_io::InOrder;
/// let mut order = InOrder::default();
/// order.push(5, "world".into());
/// assert_eq!(order.pop(), None);
/// order.push(0, "hello".into());
/// assert_eq!((order.pop(), order.pop()), (Some("hello".into()), Some("world".into())));
/// ```
#[derive(Debug, Default)]
pub struct InOrder {
    /// Position of the next byte to come out.
    next: u64,
    early: BTreeMap<u64, Bytes>,
}

impl InOrder {
    /// A piece and its position in the file. Each byte comes once; empty pieces vanish.
    pub fn push(&mut self, offset: u64, bytes: Bytes) {
        if !bytes.is_empty() {
            self.early.insert(offset, bytes);
        }
    }

    /// The next piece in order, if it is there.
    pub fn pop(&mut self) -> Option<Bytes> {
        let bytes = self.early.remove(&self.next)?;
        self.next += bytes.len() as u64;
        Some(bytes)
    }

    /// How many bytes are held back.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.early.values().map(|bytes| bytes.len() as u64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_order_comes_out_in_order() {
        let whole: Bytes = (0..250).collect::<Vec<u8>>().into();
        let mut order = InOrder::default();
        let mut out = Vec::new();
        for i in (0..25).map(|i| (i * 7 + 3) % 25) {
            order.push(i * 10, whole.slice(i as usize * 10..i as usize * 10 + 10));
            while let Some(bytes) = order.pop() {
                out.extend_from_slice(&bytes);
            }
            assert_eq!(out, whole[..out.len()]);
        }
        assert_eq!(out, whole);
        assert_eq!(order.held(), 0);
    }
}
