//! Comma-separated values that a spreadsheet shows and never runs (security.md, INP-9).
//!
//! Every value is quoted. One that a spreadsheet would take for a formula gets an apostrophe in front. The file begins with a
//! byte-order mark, so that Arabic is read as what it is.

/// What the file begins with.
pub const BOM: &str = "\u{feff}";

/// Whether a spreadsheet would take a value that begins like this for a formula.
const fn begins_a_formula(first: char) -> bool {
    matches!(
        first,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠'
    )
}

/// Appends one value, quoted and harmless.
fn push_value(line: &mut String, value: &str) {
    line.push('"');
    if value.chars().next().is_some_and(begins_a_formula) {
        line.push('\'');
    }
    for c in value.chars() {
        match c {
            '"' => line.push_str("\"\""),
            // Ends a value in some programs.
            '\0' => {}
            c => line.push(c),
        }
    }
    line.push('"');
}

/// Appends one line with these values.
pub fn push_line<'a>(to: &mut String, values: impl IntoIterator<Item = &'a str>) {
    for (n, value) in values.into_iter().enumerate() {
        if n > 0 {
            to.push(',');
        }
        push_value(to, value);
    }
    to.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(values: &[&str]) -> String {
        let mut out = String::new();
        push_line(&mut out, values.iter().copied());
        out
    }

    #[test]
    fn quotes_and_commas_stay_inside_their_value() {
        assert_eq!(
            line(&["a", "b,c", "d\"e", ""]),
            "\"a\",\"b,c\",\"d\"\"e\",\"\"\r\n"
        );
        assert_eq!(line(&["مريم\nالثاني"]), "\"مريم\nالثاني\"\r\n");
    }

    #[test]
    fn nothing_begins_a_formula() {
        for first in "=+-@\t\r\n\0＝＋－＠".chars() {
            let out = line(&[&format!("{first}HYPERLINK(\"x\")")]);
            assert!(out.starts_with("\"'"), "{first:?}: {out:?}");
            assert!(!out.contains('\0'));
        }
        assert_eq!(line(&["1=1"]), "\"1=1\"\r\n");
    }
}
