//! The pictures of the demo: drawings of ours in the tenant's own colours, with a hem of its own cloth.
//!
//! A scene may use what `drawings/things.svg` defines, `#cloth` (a piece of red and black weave, 192 by 120 units) and the colours
//! `$primary`, `$deep`, `$pale` and `$accent`. [`illustrate`] makes dots of them and sends those the way of every picture: into the
//! bucket, through the worker's child process, described in both languages.

use resvg::{tiny_skia, usvg};
use sadu_actors::commands::media::EditMedia;
use sadu_actors::storage::objects::Objects;
use sadu_actors::{Directory, TenantHandle};
use sadu_domain::ids::ItemId;
use sadu_domain::media::PictureType;
use sadu_domain::tenant::Tenant;

use super::spec::{self, Sketch};
use super::{DemoError, Made, ctx, items, nobody, sidra};
use crate::media::{Original, OriginalLogo, take_in, take_in_logo};
use crate::pages::palette::Rgb;
use crate::pages::weave::Cloth;

/// What scenes are made of.
const THINGS: &str = include_str!("drawings/things.svg");
/// Units across and down.
const UNITS: (u32, u32) = (480, 270);
/// Dots a unit: pictures as wide as the widest that is shown of them.
const SCALE: u16 = 3;
/// Repeats of the hem, each half as large as on a page.
const HEM: usize = 10;

/// Gives new tenants their logo, where they have one, and their items pictures; answers how many of those. Visitors see each as soon as
/// the worker has looked at it.
///
/// # Errors
/// A tenant's actors, the bucket; `Text` when a drawing is none.
pub async fn illustrate(
    directory: &Directory,
    objects: &Objects,
    made: &[Made],
) -> Result<usize, DemoError> {
    let mut count = 0;
    for Made { id, slug } in made {
        let tenant = directory.of(ctx(*id)).await?;
        if slug == sidra::SLUG {
            sign(objects, &tenant).await?;
        }
        for spec in items::of(slug) {
            let item = tenant.snapshot().find(spec.slug).map(|(item, _)| item.id);
            let item = item.ok_or(DemoError::Text("slug"))?;
            for sketch in spec.pictures {
                hang(objects, &tenant, item, sketch).await?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// The shop's logo; the charities keep the mark that is woven for them.
async fn sign(objects: &Objects, tenant: &TenantHandle) -> Result<(), DemoError> {
    let dots = tokio::task::spawn_blocking(|| dots(sidra::LOGO, sidra::LOGO_UNITS)).await;
    let original = OriginalLogo {
        content_type: PictureType::Png,
        bytes: dots.ok().flatten().ok_or(DemoError::Text("logo"))?,
        by: None,
    };
    Ok(take_in_logo(objects, tenant, original, nobody()).await?)
}

async fn hang(
    objects: &Objects,
    tenant: &TenantHandle,
    item: ItemId,
    sketch: &Sketch,
) -> Result<(), DemoError> {
    let svg = drawing(&tenant.snapshot().tenant, sketch.svg);
    let dots = tokio::task::spawn_blocking(move || dots(&svg, UNITS)).await;
    let original = Original {
        item,
        content_type: PictureType::Png,
        bytes: dots.ok().flatten().ok_or(DemoError::Text("drawing"))?,
        by: None,
        key: None,
    };
    let taken = take_in(objects, tenant, original, nobody()).await?;
    let described = EditMedia {
        id: taken.id,
        alt: Some(spec::pair(sketch.alt)),
        item: None,
        position: None,
        actor: nobody(),
    };
    tenant.execute(described).await?;
    Ok(())
}

/// A scene in a tenant's colours.
fn drawing(tenant: &Tenant, scene: &str) -> String {
    const RED: Rgb = Rgb(0x9E, 0x2B, 0x25);
    const WOOL: Rgb = Rgb(0xF6, 0xEE, 0xDF);
    const NIGHT: Rgb = Rgb(0x14, 0x0E, 0x0A);
    let primary = Rgb::from(tenant.branding.primary);
    let accent = Rgb::from(tenant.branding.accent);
    let seed = tenant.id.as_uuid().as_u128();
    let band = Cloth::new(primary, accent, seed).band();
    let cloth = Cloth::new(RED, NIGHT, seed).picture(0);
    let hem: String = (0..HEM)
        .map(|n| {
            let x = n * 48;
            format!(r##"<use href="#band" transform="translate({x} 254) scale(.5)"/>"##)
        })
        .collect();
    let (w, h) = UNITS;
    let drawn = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}">{THINGS}<defs><g id="band">{band}</g><g id="cloth">{cloth}</g></defs>{scene}{hem}</svg>"#
    );
    [
        ("$primary", primary),
        ("$deep", primary.mix(NIGHT, 42)),
        ("$pale", primary.mix(WOOL, 76)),
        ("$accent", accent),
    ]
    .iter()
    .fold(drawn, |drawn, (name, tone)| {
        drawn.replace(name, &tone.to_string())
    })
}

/// The drawing as a PNG; `None` if it is no drawing.
fn dots(svg: &str, (w, h): (u32, u32)) -> Option<Vec<u8>> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).ok()?;
    let mut canvas = tiny_skia::Pixmap::new(w * u32::from(SCALE), h * u32::from(SCALE))?;
    let scale = tiny_skia::Transform::from_scale(SCALE.into(), SCALE.into());
    resvg::render(&tree, scale, &mut canvas.as_mut());
    canvas.encode_png().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{masar, nakhla, sidra};

    #[test]
    fn every_drawing_is_one_and_says_what_it_shows() {
        let mut scenes = std::collections::HashSet::new();
        for tenant in [nakhla::tenant(), sidra::tenant(), masar::tenant()] {
            let tenant = tenant.unwrap();
            for spec in items::of(&tenant.slug) {
                assert!(!spec.pictures.is_empty(), "{}", spec.slug);
                for Sketch { svg, alt } in spec.pictures {
                    assert!(scenes.insert(svg), "{}: drawn before", spec.slug);
                    let drawn = drawing(&tenant, svg);
                    assert!(!drawn.contains('$'), "{}: a colour is not known", spec.slug);
                    // What is used is there.
                    for name in drawn.split("href=\"#").skip(1) {
                        let name = name.split('"').next().unwrap();
                        assert!(drawn.contains(&format!("id=\"{name}\"")), "{name}");
                    }
                    assert!(usvg::Tree::from_str(&drawn, &usvg::Options::default()).is_ok());
                    assert!(alt.0.starts_with("رسم") && alt.1.starts_with("A "));
                    assert!(alt.0.chars().count() <= 200 && alt.1.len() <= 200);
                }
            }
        }
    }

    #[test]
    fn a_drawing_has_the_dots_it_promises() {
        let nakhla = nakhla::tenant().unwrap();
        let svg = drawing(&nakhla, items::of("nakhla")[0].pictures[0].svg);
        let png = dots(&svg, UNITS).unwrap();
        assert_eq!(PictureType::sniff(&png), Some(PictureType::Png));
        assert_eq!(&png[16..24], [0, 0, 5, 0xa0, 0, 0, 3, 0x2a]);
        assert_eq!(dots("<html>", UNITS), None);
        let logo = dots(sidra::LOGO, sidra::LOGO_UNITS).unwrap();
        assert_eq!(&logo[16..24], [0, 0, 2, 0xd0, 0, 0, 1, 0xe0]);
    }
}
