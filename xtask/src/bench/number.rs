//! Figures as a reader wants them: three digits of a time, two of a ratio.

/// Nanoseconds in the unit that suits them.
pub(super) fn time(ns: f64) -> String {
    let (value, unit) = match ns.abs() {
        ns if ns < 999.5 => (ns, "ns"),
        ns if ns < 999_500.0 => (ns / 1e3, "µs"),
        _ => (ns / 1e6, "ms"),
    };
    let value = value * ns.signum();
    match value.abs() {
        ns if ns < 9.995 && unit != "ns" => format!("{value:.2} {unit}"),
        ns if ns < 99.95 && unit != "ns" => format!("{value:.1} {unit}"),
        _ => format!("{value:.0} {unit}"),
    }
}

pub(super) fn ratio(of: f64) -> String {
    match of {
        of if of < 0.995 => format!("{of:.2}"),
        of if of < 9.95 => format!("{of:.1}"),
        of if of < 99.5 => format!("{of:.0}"),
        // To two digits: a round trip of a server is not known any better.
        of => {
            let unit = 10_f64.powf(of.log10().floor() - 1.0);
            format!("{:.0}", (of / unit).round() * unit)
        }
    }
}

pub(super) fn percent(of: f64) -> String {
    format!("{:.0} %", of * 100.0)
}

/// A number with a comma behind each thousand.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

pub(super) fn size(bytes: u64) -> String {
    match bytes {
        bytes if bytes >= 1 << 20 => format!("{} MiB", bytes >> 20),
        bytes if bytes >= 1 << 10 => format!("{} KiB", bytes >> 10),
        bytes => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_are_known() {
        assert_eq!(
            [7.4, 153.2, 999.6, 2090.0, 16_649.0, 119_400.0].map(time).join(" "),
            "7 ns 153 ns 1.00 µs 2.09 µs 16.6 µs 119 µs"
        );
        assert_eq!((time(1_414_000.0), time(-12.0)), ("1.41 ms".into(), "-12 ns".into()));
        assert_eq!(
            [0.456, 0.997, 4.24, 17.3, 784.0, 12_345.0].map(ratio).join(" "),
            "0.46 1.0 4.2 17 780 12000"
        );
        assert_eq!([1, 999, 1000, 1_234_567].map(grouped).join(" "), "1 999 1,000 1,234,567");
        assert_eq!([64, 1 << 10, 64 << 10, 1 << 20].map(size).join(" "), "64 B 1 KiB 64 KiB 1 MiB");
    }
}
