//! How much memory a JPEG takes to decode, from its headers.
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Bytes per pixel of one component's coefficients, which are numbers of 16 bits.
const COEFFICIENT: u64 = 2;
/// Components of a JPEG at most.
const COMPONENTS: u64 = 4;
/// Segments in front of the first scan at most; cameras write some dozen.
const SEGMENTS: u32 = 10_000;

/// Bytes per pixel that decoding needs besides the pixels themselves.
///
/// An image whose components come one after the other, in one scan each or in finer and finer ones, is collected
/// as coefficients first. So is one whose headers are not understood here: the decoder may understand them.
pub(super) fn working_bytes_per_pixel(reader: &mut (impl BufRead + Seek)) -> io::Result<u64> {
    reader.seek(SeekFrom::Start(0))?;
    let layout = match Layout::read(reader) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        read => read.ok().flatten(),
    };
    reader.seek(SeekFrom::Start(0))?;
    Ok(match layout {
        Some(Layout::OneScan) => 0,
        Some(Layout::Collected { components }) => components * COEFFICIENT,
        None => COMPONENTS * COEFFICIENT,
    })
}

enum Layout {
    /// All components of a stretch together: decoded as they come.
    OneScan,
    Collected {
        components: u64,
    },
}

impl Layout {
    /// `None` when anything is out of the ordinary.
    fn read(reader: &mut (impl BufRead + Seek)) -> io::Result<Option<Layout>> {
        if bytes(reader)? != [0xff, 0xd8] {
            return Ok(None);
        }
        let mut frame = None;
        for _ in 0..SEGMENTS {
            let [mark, kind] = bytes(reader)?;
            if mark != 0xff {
                return Ok(None);
            }
            let length = u16::from_be_bytes(bytes(reader)?);
            let Some(rest) = length.checked_sub(2) else { return Ok(None) };
            match kind {
                // Frame headers; the other numbers in their row are tables.
                0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                    if frame.is_some() || rest < 6 {
                        return Ok(None);
                    }
                    let [_, _, _, _, _, components] = bytes(reader)?;
                    frame = Some((matches!(kind, 0xc0 | 0xc1), u64::from(components)));
                    reader.seek(SeekFrom::Current(i64::from(rest - 6)))?;
                }
                0xda => {
                    let [scanned] = bytes(reader)?;
                    return Ok(frame.map(|(sequential, components)| {
                        let together = u64::from(scanned) == components;
                        match sequential && together {
                            true => Layout::OneScan,
                            false => Layout::Collected { components },
                        }
                    }));
                }
                0xc4 | 0xdb..=0xef | 0xfe => {
                    reader.seek(SeekFrom::Current(i64::from(rest)))?;
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
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

    /// The headers of a JPEG: a comment, a frame header of this kind, a scan of so many components.
    fn jpeg(frame: u8, components: u8, scanned: u8) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xfe, 0, 4, b'h', b'i'];
        bytes.extend([0xff, frame, 0, 8 + 3 * components, 8, 0, 16, 0, 16, components]);
        bytes.extend(vec![1; usize::from(components) * 3]);
        bytes.extend([0xff, 0xda, 0, 12, scanned]);
        bytes
    }

    fn working(bytes: Vec<u8>) -> u64 {
        working_bytes_per_pixel(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn only_a_sequential_image_of_one_scan_is_decoded_as_it_comes() {
        assert_eq!(working(jpeg(0xc0, 3, 3)), 0);
        assert_eq!(working(jpeg(0xc1, 1, 1)), 0);
        assert_eq!(working(jpeg(0xc0, 3, 1)), 6);
        assert_eq!(working(jpeg(0xc2, 3, 3)), 6);
    }

    #[test]
    fn whatever_is_not_understood_counts_as_the_worst() {
        let mut twice = jpeg(0xc2, 3, 3);
        twice.splice(2..2, jpeg(0xc0, 3, 3)[8..27].to_vec());
        let mut garbage = jpeg(0xc0, 3, 3);
        garbage[8] = 0;
        for odd in [twice, garbage, Vec::new(), vec![0xff, 0xd8, 0xff, 0xc0, 0, 1]] {
            assert_eq!(working(odd), 8);
        }
    }
}
