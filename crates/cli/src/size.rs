//! Numbers of bytes, as people write and read them.

/// Reads `1048576`, `512K`, `4MiB`. A K is 1,024 bytes, as in the service's own limits.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| form(text))?;
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err(form(text)),
    };
    number.checked_mul(factor).ok_or_else(|| form(text))
}

fn form(text: &str) -> String {
    format!("{text:?} is no number of bytes; write it like 1048576, 512K or 4MiB")
}

/// `25,870,370`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 byte`, `25,870,370 bytes`
pub(crate) fn bytes(number: u64) -> String {
    if number == 1 { "1 byte".to_owned() } else { format!("{} bytes", grouped(number)) }
}

/// `10 GiB`, `30 MiB`, `10.5 MiB`: a limit of so many KB of 1,024 bytes, in the largest unit that fits.
pub(crate) fn limit(kb: u64) -> String {
    let (unit, name) = match kb {
        0..1_024 => (1, "KiB"),
        1_024..1_048_576 => (1_024, "MiB"),
        _ => (1_048_576, "GiB"),
    };
    let (whole, tenths) = (kb / unit, kb % unit * 10 / unit);
    if tenths == 0 { format!("{whole} {name}") } else { format!("{whole}.{tenths} {name}") }
}

/// `7 bytes`, `1.5 KiB`, `24.6 MiB`: a size at a glance, cut off and never rounded up.
pub(crate) fn short(number: u64) -> String {
    match number {
        0..1_024 => bytes(number),
        1_024..1_048_576 => tenths(number, 1 << 10, "KiB"),
        1_048_576..1_073_741_824 => tenths(number, 1 << 20, "MiB"),
        _ => tenths(number, 1 << 30, "GiB"),
    }
}

fn tenths(number: u64, unit: u64, name: &str) -> String {
    format!("{}.{} {name}", number / unit, number % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_bytes_and_in_units_of_1024() {
        let good = [
            ("1", 1),
            ("1048576", 1 << 20),
            ("512K", 512 << 10),
            ("512k", 512 << 10),
            ("4MiB", 4 << 20),
            ("4 MB", 4 << 20),
            ("4m", 4 << 20),
            ("2G", 2 << 30),
            ("7B", 7),
        ];
        for (text, size) in good {
            assert_eq!(parse(text), Ok(size), "{text}");
        }
        for bad in ["", "K", "-1", "1.5M", "4X", "99999999999999999999", "18446744073709551615K"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn limits_are_told_in_the_largest_unit_that_fits() {
        let told = [
            (0, "0 KiB"),
            (1_023, "1023 KiB"),
            (10_240, "10 MiB"),
            (10_752, "10.5 MiB"),
            (30_720, "30 MiB"),
            (10_485_760, "10 GiB"),
        ];
        for (kb, text) in told {
            assert_eq!(limit(kb), text);
        }
    }

    #[test]
    fn sizes_at_a_glance_have_one_decimal() {
        let told = [
            (0, "0 bytes"),
            (1_023, "1,023 bytes"),
            (1_024, "1.0 KiB"),
            (1_048_575, "1023.9 KiB"),
            (25_870_370, "24.6 MiB"),
            (10_737_418_240, "10.0 GiB"),
        ];
        for (number, text) in told {
            assert_eq!(short(number), text);
        }
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(25_870_370), "25,870,370 bytes");
        assert_eq!(grouped(1_000), "1,000");
    }
}
