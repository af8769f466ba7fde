//! The line icons of the public pages, as inline SVG so that they take the colour of the words beside them.
//! They are decoration: each stands beside the word that says the same.

/// The icon called `name`; an unknown name draws nothing.
///
/// Only icons that point in a direction of reading carry `icon-turns`, which mirrors them on Arabic pages.
#[must_use]
pub fn icon(name: &str) -> &'static str {
    macro_rules! svg {
        ($class:literal, $body:literal) => {
            concat!(
                r#"<svg class="icon"#,
                $class,
                r#"" viewBox="0 0 24 24" aria-hidden="true" focusable="false">"#,
                $body,
                "</svg>"
            )
        };
    }
    match name {
        "shield" => svg!(
            "",
            r#"<path d="M12 3l7.5 2.6v5.6c0 4.6-3.1 8.2-7.5 9.8-4.4-1.6-7.5-5.2-7.5-9.8V5.600z"/><path d="M8.700 12l2.400 2.400 4.400-4.600"/>"#
        ),
        "check" => svg!("", r#"<path d="M4.500 12.500l5 5 10-11"/>"#),
        "clock" => svg!(
            "",
            r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500V12l3 2"/>"#
        ),
        "pause" => svg!(
            "",
            r#"<circle cx="12" cy="12" r="8.500"/><path d="M10 9v6M14 9v6"/>"#
        ),
        "closed" => svg!(
            "",
            r#"<circle cx="12" cy="12" r="8.500"/><path d="M8.500 12h7"/>"#
        ),
        "alert" => svg!(
            "",
            r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500v5.200M12 16v.2"/>"#
        ),
        "report" => svg!(
            "",
            r#"<path d="M6 3.500h8.500L19 8v12.500H6z"/><path d="M14 3.500V8.500h5M9.200 12.500h6.500M9.200 16.200h6.500"/>"#
        ),
        "work" => svg!(
            "",
            r#"<path d="M4 20.500h16M6.500 20.500V10l5.500-5 5.500 5v10.500M10 20.500v-5.500h4v5.500"/>"#
        ),
        "truck" => svg!(
            " icon-turns",
            r#"<path d="M3 6.500h11v10H3zM14 10h3.700l3.300 3.200v3.300h-7"/><circle cx="7.500" cy="17.500" r="1.800"/><circle cx="17" cy="17.500" r="1.800"/>"#
        ),
        "bank" => svg!(
            "",
            r#"<path d="M4 9.500L12 4.500l8 5zM4 20h16M6.500 12.500v5M12 12.500v5M17.500 12.500v5"/>"#
        ),
        "box" => svg!(
            "",
            r#"<path d="M4 8l8-4 8 4v8.500l-8 4-8-4z"/><path d="M4 8l8 4 8-4M12 12v8.500"/>"#
        ),
        "next" => svg!(
            " icon-turns",
            r#"<path d="M5 12h14M13.500 6.500L19 12l-5.500 5.500"/>"#
        ),
        "back" => svg!(
            " icon-turns",
            r#"<path d="M19 12H5M10.500 6.500L5 12l5.500 5.500"/>"#
        ),
        "copy" => svg!(
            "",
            r#"<path d="M9 9h10.500v10.500H9z"/><path d="M15 9V4.500H4.500V15H9"/>"#
        ),
        "share" => svg!(
            "",
            r#"<path d="M4 20l1.300-4A8 8 0 1 1 8.300 19z"/><path d="M9 9.500c0 3 2.500 5.500 5.500 5.500"/>"#
        ),
        "search" => svg!(
            "",
            r#"<circle cx="10.500" cy="10.500" r="6"/><path d="M15 15l5 5"/>"#
        ),
        _ => "",
    }
}
