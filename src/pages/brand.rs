//! `/brand-{version}.css`: a tenant's colours as the custom properties the stylesheets use.

use super::palette::Rgb;
use sadu_domain::brand as places;
use sadu_domain::tenant::Branding;

/// The colours of a tenant's pages. Each text colour reaches 4.5:1 on every ground it is used on.
#[derive(Clone, Copy, Debug)]
pub struct Brand {
    primary: Rgb,
    accent: Rgb,
}

impl From<&Branding> for Brand {
    fn from(branding: &Branding) -> Self {
        Self {
            primary: branding.primary.into(),
            accent: branding.accent.into(),
        }
    }
}

impl Brand {
    /// The stylesheet of the pages. `version` is the tenant's, so that the band's address changes with its colours.
    #[must_use]
    pub fn css(self, version: i64) -> String {
        let properties = self.properties();
        format!(":root{{{properties};--band:url(\"/weave/band.svg?v={version}\")}}\n")
    }

    /// The same colours for the part of a page that `selector` picks, e.g. a preview of colours that are not saved.
    #[must_use]
    pub fn scoped(self, selector: &str) -> String {
        format!("{selector}{{{}}}\n", self.properties())
    }

    fn properties(self) -> String {
        const SUNK: Rgb = Rgb::SUNK;
        let Self { primary, accent } = self;
        let deep = primary.mix(Rgb::BLACK, places::PRESSED);
        let primary_soft = Rgb::PAPER.mix(primary, places::TINT);
        let accent_soft = Rgb::PAPER.mix(accent, 12);
        // The soft grounds are darker than paper and white: what can be read there can be read on all of them.
        let primary_text = primary.darkened_for(primary_soft.min_luminance(SUNK), 4.5);
        let accent_text = accent.darkened_for(accent_soft.min_luminance(SUNK), 4.5);
        format!(
            "--primary:{primary};--on-primary:{};--primary-deep:{deep};--on-primary-deep:{};\
             --primary-text:{primary_text};--primary-soft:{primary_soft};\
             --accent:{accent};--on-accent:{};--accent-text:{accent_text};--accent-soft:{accent_soft};\
             --bar:{}",
            primary.on_colour(),
            deep.on_colour(),
            accent.on_colour(),
            primary.darkened_for(SUNK, 3.0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pale_brand_still_gives_readable_text() {
        let brand = Brand {
            primary: Rgb(0xE9, 0xDF, 0xC7),
            accent: Rgb(0xFF, 0xE0, 0x66),
        };
        let css = brand.css(3);
        assert!(css.contains("--on-primary:#1e1a16"), "{css}");
        assert!(!css.contains("--primary-text:#e9dfc7"), "{css}");
        assert!(css.contains("band.svg?v=3"));
        assert_eq!(css.matches('{').count(), 1);
        assert!(
            brand
                .scoped(".preview")
                .starts_with(".preview{--primary:#e9dfc7;")
        );
    }
}
