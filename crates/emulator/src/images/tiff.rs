//! How a TIFF is compressed, from its first directory.
use std::io::{self, Read, Seek, SeekFrom};

/// The tag that says how.
const COMPRESSION: u16 = 259;
/// JPEG inside TIFF, old and new.
const JPEG: [u64; 2] = [6, 7];

/// Whether the first image may be a JPEG inside. Such an image has sizes of its own, which the directory does not tell.
///
/// # Errors
/// When there is no directory to read.
pub(super) fn may_hold_jpeg(reader: &mut (impl Read + Seek)) -> io::Result<bool> {
    reader.seek(SeekFrom::Start(0))?;
    let found = compressions(reader)?.iter().any(Entry::may_say_jpeg);
    reader.seek(SeekFrom::Start(0))?;
    Ok(found)
}

/// Every entry of the first directory that is about compression.
fn compressions(reader: &mut (impl Read + Seek)) -> io::Result<Vec<Entry>> {
    let [order, _, version, other] = bytes(reader)?;
    let mut fields = Fields { reader, big_endian: order == b'M', wide: version == 43 || other == 43 };
    if fields.wide {
        // The size of an offset, always 8, and nothing.
        fields.number(4)?;
    }
    let start = fields.offset()?;
    fields.reader.seek(SeekFrom::Start(start))?;
    let entries = if fields.wide { fields.number(8)? } else { fields.number(2)? };
    if entries > u64::from(u16::MAX) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a directory of more entries than there are tags",
        ));
    }
    let mut found = Vec::new();
    for _ in 0..entries {
        let tag = fields.number(2)?;
        // The type of the value tells how much of its field counts; any reading of it is taken for possible.
        fields.number(2)?;
        let count = fields.offset()?;
        let first = fields.value()?;
        if tag == u64::from(COMPRESSION) {
            found.push(Entry { count, first });
        }
    }
    Ok(found)
}

/// A number somewhere in a directory.
struct Entry {
    count: u64,
    /// As a number of one byte, of two, and of the whole field.
    first: [u64; 3],
}

impl Entry {
    /// With more numbers than one the field says where they are, not what.
    fn may_say_jpeg(&self) -> bool {
        self.count != 1 || self.first.iter().any(|number| JPEG.contains(number))
    }
}

/// Numbers of a file that says itself how they are written.
struct Fields<'a, R> {
    reader: &'a mut R,
    big_endian: bool,
    /// Offsets of 8 bytes instead of 4.
    wide: bool,
}

impl<R: Read> Fields<'_, R> {
    fn number(&mut self, length: usize) -> io::Result<u64> {
        let mut bytes = [0; 8];
        let read = bytes.get_mut(..length).ok_or(io::ErrorKind::InvalidInput)?;
        self.reader.read_exact(read)?;
        Ok(self.in_order(read))
    }

    fn offset(&mut self) -> io::Result<u64> {
        self.number(if self.wide { 8 } else { 4 })
    }

    fn value(&mut self) -> io::Result<[u64; 3]> {
        let mut bytes = [0; 8];
        let field = if self.wide { &mut bytes[..] } else { &mut bytes[..4] };
        self.reader.read_exact(field)?;
        Ok([self.in_order(&field[..1]), self.in_order(&field[..2]), self.in_order(field)])
    }

    fn in_order(&self, bytes: &[u8]) -> u64 {
        let next = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        match self.big_endian {
            true => bytes.iter().fold(0, next),
            false => bytes.iter().rev().fold(0, next),
        }
    }
}

fn bytes<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn the_compression_is_found_in_every_byte_order_and_width() {
        let little = [b"II*\0".as_slice(), &[8, 0, 0, 0, 1, 0, 3, 1, 3, 0, 1, 0, 0, 0, 7, 0, 0, 0]].concat();
        let big = [b"MM\0*".as_slice(), &[0, 0, 0, 8, 0, 1, 1, 3, 0, 3, 0, 0, 0, 1, 0, 7, 0, 0]].concat();
        let mut wide = [b"II+\0".as_slice(), &[8, 0, 0, 0]].concat();
        wide.extend(16_u64.to_le_bytes());
        wide.extend(1_u64.to_le_bytes());
        wide.extend([3, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
        for mut file in [little, big, wide] {
            assert!(may_hold_jpeg(&mut Cursor::new(&file)).unwrap(), "{file:?}");
            let seven = file.iter().rposition(|byte| *byte == 7).unwrap();
            file[seven] = 5;
            assert!(!may_hold_jpeg(&mut Cursor::new(&file)).unwrap(), "{file:?}");
        }
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        assert!(may_hold_jpeg(&mut Cursor::new(b"II*\0\xff\xff\xff\xff")).is_err());
        assert!(may_hold_jpeg(&mut Cursor::new(b"II*")).is_err());
    }
}
