//! [`Sign`]: what stands beside the tenant's name at the head of its pages: its logo, or the mark that is woven for it.

use sadu_domain::tenant::Logo;

use super::frame::Frame;

/// Height of a sign, in dots, that of a tall one, and the greatest width.
const HIGH: u32 = 44;
const TALL: u32 = 60;
const WIDE: u32 = 200;

/// The sign beside the tenant's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// Where it is.
    pub src: String,
    /// Its width.
    pub w: u32,
    /// Its height.
    pub h: u32,
    /// The class of what it stands in: `brand-wide` has a line of its own on a phone, `brand-tall` is higher.
    pub shape: &'static str,
}

impl Sign {
    /// That of a page.
    pub(super) fn of(frame: &Frame<'_>) -> Self {
        let logo = frame.tenant.logo.as_ref();
        let drawn = logo.and_then(|logo| Some(logo).zip(logo.small()));
        match drawn {
            Some((logo, drawn)) => Self::shown(logo, drawn.w.max(1), drawn.h.max(1)),
            None => Self {
                src: frame.art("mark"),
                w: HIGH,
                h: HIGH,
                shape: "",
            },
        }
    }

    /// A logo of that size, as large as there is room for it.
    fn shown(logo: &Logo, w: u32, h: u32) -> Self {
        let (most, shape) = if w > h.saturating_mul(5) / 2 {
            (HIGH, " brand-wide")
        } else if h > w.saturating_mul(3) / 2 {
            (TALL, " brand-tall")
        } else {
            (HIGH, "")
        };
        Self {
            src: logo.path(),
            w: (most.saturating_mul(w) / h).clamp(1, WIDE),
            h: (WIDE.saturating_mul(h) / w).clamp(1, most),
            shape,
        }
    }
}

#[cfg(test)]
mod tests {
    use sadu_domain::ids::MediaId;
    use sadu_domain::media::Drawn;

    use super::*;

    #[test]
    fn a_logo_of_any_shape_fits_the_head() {
        let logo = Logo {
            id: MediaId::new(),
            drawn: Drawn {
                variants: Vec::new(),
                blur: String::new(),
            },
        };
        for ((w, h), (across, down), shape) in [
            ((480, 480), (44, 44), ""),
            ((480, 240), (88, 44), ""),
            ((480, 160), (132, 44), " brand-wide"),
            ((480, 80), (200, 33), " brand-wide"),
            ((1_600, 32), (200, 4), " brand-wide"),
            ((150, 450), (20, 60), " brand-tall"),
            ((32, 8_000), (1, 60), " brand-tall"),
        ] {
            let sign = Sign::shown(&logo, w, h);
            assert_eq!((sign.w, sign.h, sign.shape), (across, down, shape));
        }
    }
}
