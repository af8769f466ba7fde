//! English number words, with the British "and".

use super::{SCALES, upper_first};

/// Dinars in words, fils in digits: "Twenty-five Kuwaiti dinars and 500 fils".
pub(super) fn english(dinars: u64, fils: u64) -> String {
    let noun = if dinars == 1 {
        "Kuwaiti dinar"
    } else {
        "Kuwaiti dinars"
    };
    match (dinars, fils) {
        (0, 1..) => format!("{fils} fils"),
        (_, 0) => format!("{} {noun}", upper_first(&number_english(dinars))),
        _ => format!(
            "{} {noun} and {fils} fils",
            upper_first(&number_english(dinars))
        ),
    }
}

fn number_english(n: u64) -> String {
    if n == 0 {
        return "zero".to_owned();
    }
    let mut parts = Vec::with_capacity(4);
    let mut rest = n;
    for scale in &SCALES {
        let count = rest / scale.value;
        rest %= scale.value;
        if count > 0 {
            parts.push(format!(
                "{} {}",
                below_thousand_english(count),
                scale.english
            ));
        }
    }
    if (1..100).contains(&rest) && !parts.is_empty() {
        parts.push(format!("and {}", below_thousand_english(rest)));
    } else if rest > 0 {
        parts.push(below_thousand_english(rest));
    }
    parts.join(" ")
}

fn below_thousand_english(n: u64) -> String {
    match (n / 100, n % 100) {
        (0, rest) => below_hundred_english(rest),
        (hundreds, 0) => format!("{} hundred", below_hundred_english(hundreds)),
        (hundreds, rest) => format!(
            "{} hundred and {}",
            below_hundred_english(hundreds),
            below_hundred_english(rest)
        ),
    }
}

fn below_hundred_english(n: u64) -> String {
    const SMALL: [&str; 20] = [
        "",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] = [
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    let pick = |words: &[&'static str], i: u64| {
        usize::try_from(i)
            .ok()
            .and_then(|i| words.get(i).copied())
            .unwrap_or_default()
    };
    match (n, n % 10) {
        (0..20, _) => pick(&SMALL, n).to_owned(),
        (_, 0) => pick(&TENS, n / 10).to_owned(),
        (_, ones) => format!("{}-{}", pick(&TENS, n / 10), pick(&SMALL, ones)),
    }
}
