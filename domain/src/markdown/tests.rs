#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;
use proptest::prelude::*;

fn html(source: &str) -> String {
    render(source).to_string()
}

#[test]
fn ordinary_markdown() {
    assert_eq!(
        html("# عنوان\n\nفقرة **مهمة** و[رابط](/ar/faq)."),
        "<h2>عنوان</h2>\n<p>فقرة <strong>مهمة</strong> و<a href=\"/ar/faq\" rel=\"noopener noreferrer\">رابط</a>.</p>\n"
    );
    assert_eq!(html("- a\n- b"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
    assert_eq!(
        html("![a well](https://x.example/y.png)"),
        "<p>a well</p>\n"
    );
    assert!(html("<https://x.example>").contains("href=\"https://x.example\""));
    assert!(html("[us](mailto:a@b.example)").contains("href=\"mailto:a@b.example\""));
}

#[test]
fn markup_is_shown_as_the_text_it_is() {
    assert_eq!(
        html("a <b onclick=\"x()\">b</b>"),
        "<p>a &lt;b onclick=\"x()\"&gt;b&lt;/b&gt;</p>\n"
    );
    assert_eq!(
        html("<script>alert(1)</script>"),
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    );
}

#[test]
fn links_lead_to_no_script() {
    for target in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://x.example/1",
    ] {
        let shown = html(&format!("[press]({target})"));
        assert!(!shown.contains("href"), "{target}: {shown}");
        assert!(shown.contains("press"), "{shown}");
    }
}

#[test]
fn entities_bring_no_bidi_controls() {
    let shown = html("safe&#x202E;gpj.exe &#8238;x `a\u{2066}b` &#x200B;");
    assert!(
        !shown.contains(['\u{202E}', '\u{2066}', '\u{200B}']),
        "{shown}"
    );
}

/// Pieces that attacks are made of, in both languages.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("<svg onload=alert(1)>".to_owned()),
        Just("<img src=x onerror=alert(1)>".to_owned()),
        Just("<math><mi//xlink:href=\"data:x,<script>\">".to_owned()),
        Just("<style>@import 'x'</style>".to_owned()),
        Just("](javascript:alert(1))".to_owned()),
        Just("[نص](".to_owned()),
        Just("![x](data:text/html,<script>)".to_owned()),
        Just("[x]: javascript:alert(1)\n\n[x]".to_owned()),
        Just("<javascript:alert(1)>".to_owned()),
        Just("<a href='java\nscript:x'>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("`".to_owned()),
        Just("\n\n".to_owned()),
        Just("# ".to_owned()),
        Just("> - ".to_owned()),
        Just("&#x202E;".to_owned()),
        Just("&lt;script&gt;".to_owned()),
        Just("\"'>".to_owned()),
        Just("تبرّع ".to_owned()),
        "[a-z<>&\"'()\\[\\]!#*_`\\u{627}-\\u{64A}\\u{202A}-\\u{202E}\\n ]{0,12}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Every tag of sanitised HTML, as it is written.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn nothing_but_the_short_list_survives(source in pieces()) {
        let shown = html(&source);
        for tag in tags(&shown) {
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
            prop_assert!(TAGS.contains(&name), "{tag:?} of {source:?}: {shown}");
            let rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
            if rest.is_empty() {
                continue;
            }
            // The one element with attributes is a link, and its target is harmless.
            prop_assert_eq!(name, "a");
            let (target, rel) = match rest.strip_prefix("href=\"") {
                Some(rest) => rest.split_once('"').unwrap(),
                None => ("", rest),
            };
            prop_assert_eq!(rel.trim(), "rel=\"noopener noreferrer\"");
            let scheme = target.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
            // What is no scheme by its letters is part of a path of this site.
            let named = scheme.filter(|scheme| {
                scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                    && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            });
            prop_assert!(
                named.is_none_or(|scheme| SCHEMES.contains(&scheme.as_str())),
                "{target:?} of {source:?}"
            );
        }
        let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        prop_assert!(!shown.contains(turns), "a direction control");
        // Sanitising again changes nothing: no second reading of it is another document.
        prop_assert_eq!(SANITISER.clean(&shown).to_string(), shown);
    }
}
