//! The drawings of the staff pages, once a page as a sprite, so that scripts can change a row's icon by its name alone.
//! They are decoration: each stands beside the word that says the same.

use std::sync::LazyLock;

/// Name, whether it points in a direction of reading, and its lines.
const DRAWINGS: &[(&str, bool, &str)] = &[
    (
        "inbox",
        false,
        r#"<path d="M4 13l2.500-8.500h11L20 13v6.500H4z"/><path d="M4 13h5l1 2.500h4l1-2.500h5"/>"#,
    ),
    (
        "chart",
        false,
        r#"<path d="M4.500 20v-6M10 20V9M15.500 20v-8M21 20V4.500"/>"#,
    ),
    (
        "shelf",
        false,
        r#"<path d="M4 4.500h7v7H4zM13.500 4.500H20v7h-6.500zM4 14h7v6H4zM13.500 14H20v6h-6.500z"/>"#,
    ),
    (
        "dials",
        false,
        r#"<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.500"/><circle cx="8" cy="17" r="2.500"/>"#,
    ),
    (
        "text",
        false,
        r#"<path d="M6 3.500h8.500L19 8v12.500H6zM14 4v4.500h4.500M9 12.500h7M9 16h7"/>"#,
    ),
    ("plus", false, r#"<path d="M12 5v14M5 12h14"/>"#),
    (
        "search",
        false,
        r#"<circle cx="10.500" cy="10.500" r="6"/><path d="M15 15l5 5"/>"#,
    ),
    (
        "site",
        false,
        r#"<circle cx="12" cy="12" r="8.500"/><path d="M3.500 12h17M12 3.500c5 5 5 12 0 17M12 3.500c-5 5-5 12 0 17"/>"#,
    ),
    (
        "out",
        true,
        r#"<path d="M10 5H5v14h14v-5M13.500 4.500H19.500V10.500M19.500 4.500L11 13"/>"#,
    ),
    (
        "exit",
        true,
        r#"<path d="M14 4.500H5v15h9M10 12h10.500M17 8.500l3.500 3.500-3.500 3.500"/>"#,
    ),
    (
        "gift",
        false,
        r#"<path d="M12 20c-5-3.400-8-6.500-8-10a4.200 4.200 0 0 1 8-2 4.200 4.200 0 0 1 8 2c0 3.500-3 6.600-8 10z"/>"#,
    ),
    (
        "bag",
        false,
        r#"<path d="M5 8h14l1 12H4z"/><path d="M8.500 8V7a3.500 3.500 0 0 1 7 0v1"/>"#,
    ),
    (
        "pledge",
        false,
        r#"<path d="M5 4.500h14v15.500H5zM5 9h14M9 2.800v3.400M15 2.800v3.400M9 14.500l2 2 4-4.200"/>"#,
    ),
    (
        "clock",
        false,
        r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500V12l3 2"/>"#,
    ),
    ("check", false, r#"<path d="M4.500 12.500l5 5 10-11"/>"#),
    (
        "half",
        false,
        r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500v17M12 8h7.500M12 12h8.500M12 16h7.500"/>"#,
    ),
    (
        "closed",
        false,
        r#"<circle cx="12" cy="12" r="8.500"/><path d="M8.500 12h7"/>"#,
    ),
    (
        "alert",
        false,
        r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500v5.200M12 16v.2"/>"#,
    ),
    (
        "back",
        true,
        r#"<path d="M19 12H5M10.500 6.500L5 12l5.500 5.500"/>"#,
    ),
    (
        "up",
        false,
        r#"<path d="M12 19V5M6.500 10.500L12 5l5.500 5.500"/>"#,
    ),
    (
        "user",
        false,
        r#"<circle cx="12" cy="8.500" r="4"/><path d="M4.500 20c.8-4 3.600-6 7.500-6s6.700 2 7.500 6"/>"#,
    ),
    (
        "people",
        false,
        r#"<circle cx="9" cy="9" r="3.500"/><path d="M2.500 19.500c.6-3.500 3-5.200 6.500-5.200s5.900 1.700 6.500 5.200M16 5.700a3.500 3.500 0 0 1 0 6.600M18 14.700c2 .7 3.200 2.400 3.500 4.800"/>"#,
    ),
    (
        "keys",
        false,
        r#"<path d="M3.500 6.500h17v11h-17zM7 10h.2M10.400 10h.2M13.800 10h.2M17 10h.2M8 14h8"/>"#,
    ),
    (
        "bank",
        false,
        r#"<path d="M4 9.500L12 4.500l8 5zM4 20h16M6.500 12.500v5M12 12.500v5M17.500 12.500v5"/>"#,
    ),
    ("close", false, r#"<path d="M6 6l12 12M18 6L6 18"/>"#),
    (
        "trail",
        false,
        r#"<path d="M6 3.500h12v17H6zM9 8h6M9 12h6M9 16h3.500"/>"#,
    ),
    (
        "save",
        false,
        r#"<path d="M12 4v11M7.500 10.500L12 15l4.500-4.500M5 19.500h14"/>"#,
    ),
    (
        "live",
        false,
        r#"<circle cx="12" cy="12" r="3"/><path d="M6.500 6.500a8 8 0 0 0 0 11M17.500 6.500a8 8 0 0 1 0 11"/>"#,
    ),
    (
        "again",
        false,
        r#"<path d="M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.500 3.500v4h-4"/>"#,
    ),
    (
        "offline",
        false,
        r#"<path d="M4 4l16 16M8 16.500a5.500 5.500 0 0 1 8 0M5 13a10 10 0 0 1 5-2.800M14.500 10.300A10 10 0 0 1 19 13M12 20v.1"/>"#,
    ),
    (
        "copy",
        false,
        r#"<path d="M9 9h10.500v10.500H9z"/><path d="M15 9V4.500H4.500V15H9"/>"#,
    ),
];

static SPRITE: LazyLock<String> = LazyLock::new(|| {
    let symbols: String = DRAWINGS
        .iter()
        .map(|(name, _, lines)| {
            format!(r#"<symbol id="i-{name}" viewBox="0 0 24 24">{lines}</symbol>"#)
        })
        .collect();
    format!(
        r#"<svg width="0" height="0" class="sprite" aria-hidden="true" focusable="false">{symbols}</svg>"#
    )
});

/// All drawings, for the end of a page.
#[must_use]
pub fn sprite() -> &'static str {
    &SPRITE
}

/// The drawing called `name`.
#[must_use]
pub fn icon(name: &str) -> String {
    let turns = DRAWINGS
        .iter()
        .any(|(known, turns, _)| *known == name && *turns);
    let class = if turns { "icon icon-turns" } else { "icon" };
    format!(
        r##"<svg class="{class}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>"##
    )
}
