//! Bytes of a stranger → drawings of our own. Runs in the child process alone: nothing here may be believed to be harmless.
//!
//! The pixels are decoded within limits, turned as their EXIF says, and written anew; no other byte of the original gets into a variant.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    RgbImage,
};
use sadu_domain::media::{
    BLUR_MAX, Drawn, MediaRefusal, PIXELS_MAX, PictureType, SIDE_MAX, Variant, VariantFormat,
    WIDTHS,
};

use super::jpeg;

/// Most memory that decoding may take, in bytes.
const MEMORY: u64 = 128 * 1024 * 1024;
/// Quality of JPEG variants, of 100.
const QUALITY: u8 = 82;
/// Width of the placeholder, and its greatest height.
const BLUR: (u32, u32) = (8, 12);

/// Variants, and their bytes in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// What they are.
    pub drawn: Drawn,
    /// What is in them.
    pub files: Vec<Vec<u8>>,
}

/// Draws a picture anew in every width.
///
/// # Errors
/// Why it is not taken.
pub(super) fn draw(declared: PictureType, bytes: &[u8]) -> Result<Drawing, MediaRefusal> {
    match PictureType::sniff(bytes) {
        None => return Err(MediaRefusal::NotAPicture),
        Some(found) if found != declared => return Err(MediaRefusal::TypeDiffers),
        Some(_) => {}
    }
    if declared == PictureType::Jpeg && !jpeg::is_whole(bytes) {
        return Err(MediaRefusal::Broken);
    }
    let largest = decode(declared, bytes)?;
    let mut drawing = Drawing {
        drawn: Drawn {
            variants: Vec::new(),
            blur: blur(&largest)?,
        },
        files: Vec::new(),
    };
    let full = largest.width();
    let mut worth_webp = true;
    for width in WIDTHS
        .into_iter()
        .filter(|width| *width < full)
        .chain([full])
    {
        let scaled = scaled(&largest, width);
        let plain = to_jpeg(&scaled)?;
        if worth_webp {
            let webp = to_webp(&scaled)?;
            // What is no smaller when small is no smaller when large: photographs. Their time is saved.
            worth_webp = webp.len() < plain.len();
            if worth_webp {
                drawing.add(&scaled, VariantFormat::Webp, webp);
            }
        }
        drawing.add(&scaled, VariantFormat::Jpeg, plain);
    }
    Ok(drawing)
}

impl Drawing {
    fn add(&mut self, image: &RgbImage, format: VariantFormat, file: Vec<u8>) {
        self.drawn.variants.push(Variant {
            w: image.width(),
            h: image.height(),
            format,
            bytes: i64::try_from(file.len()).unwrap_or(i64::MAX),
        });
        self.files.push(file);
    }
}

/// The picture upright, on white, no wider than the widest variant.
fn decode(declared: PictureType, bytes: &[u8]) -> Result<RgbImage, MediaRefusal> {
    let format = match declared {
        PictureType::Jpeg => ImageFormat::Jpeg,
        PictureType::Png => ImageFormat::Png,
        PictureType::Webp => ImageFormat::WebP,
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width).saturating_mul(u64::from(height)) > PIXELS_MAX {
        return Err(MediaRefusal::TooManyPixels);
    }
    if decoder.total_bytes() > MEMORY {
        return Err(MediaRefusal::TooDemanding);
    }
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    let sideways = matches!(
        turn,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let wide = if sideways { height } else { width };
    let widest = WIDTHS.into_iter().max().unwrap_or(SIDE_MAX);
    if wide > widest {
        // Before it is turned: that takes a copy, better of the small one.
        let shrink = |side: u32| rescaled(side, widest, wide);
        image = image.thumbnail_exact(shrink(width), shrink(height));
    }
    image.apply_orientation(turn);
    Ok(on_white(&image))
}

/// `side × to ÷ from`, rounded, at least one.
fn rescaled(side: u32, to: u32, from: u32) -> u32 {
    let scaled = u64::from(side)
        .saturating_mul(u64::from(to))
        .saturating_add(u64::from(from) / 2)
        .checked_div(u64::from(from))
        .unwrap_or(1);
    u32::try_from(scaled).unwrap_or(SIDE_MAX).max(1)
}

fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let layered = image.to_rgba8();
    let mut flat = RgbImage::new(layered.width(), layered.height());
    for (from, to) in layered.pixels().zip(flat.pixels_mut()) {
        let [r, g, b, alpha] = from.0;
        let over = |colour: u8| {
            let (colour, alpha) = (u16::from(colour), u16::from(alpha));
            let sum = colour
                .saturating_mul(alpha)
                .saturating_add(255_u16.saturating_mul(255_u16.saturating_sub(alpha)));
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        to.0 = [over(r), over(g), over(b)];
    }
    flat
}

fn scaled(image: &RgbImage, width: u32) -> RgbImage {
    if width == image.width() {
        return image.clone();
    }
    let height = rescaled(image.height(), width, image.width());
    DynamicImage::ImageRgb8(image.clone())
        .thumbnail_exact(width, height)
        .to_rgb8()
}

fn to_jpeg(image: &RgbImage) -> Result<Vec<u8>, MediaRefusal> {
    let mut file = Vec::new();
    let (width, height) = image.dimensions();
    JpegEncoder::new_with_quality(&mut file, QUALITY)
        .encode(image.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(|error| refusal(&error))?;
    Ok(file)
}

fn to_webp(image: &RgbImage) -> Result<Vec<u8>, MediaRefusal> {
    let mut file = Vec::new();
    let (width, height) = image.dimensions();
    WebPEncoder::new_lossless(&mut file)
        .encode(image.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(|error| refusal(&error))?;
    Ok(file)
}

/// A few pixels of it; the browser's own smoothing makes a blur of them.
fn blur(image: &RgbImage) -> Result<String, MediaRefusal> {
    let (width, tallest) = BLUR;
    let height = rescaled(image.height(), width, image.width()).min(tallest);
    let tiny = DynamicImage::ImageRgb8(image.clone())
        .thumbnail_exact(width, height)
        .to_rgb8();
    let text = format!("data:image/webp;base64,{}", BASE64.encode(to_webp(&tiny)?));
    if text.len() > BLUR_MAX {
        return Err(MediaRefusal::TooDemanding);
    }
    Ok(text)
}

fn refusal(error: &ImageError) -> MediaRefusal {
    use image::error::LimitErrorKind;
    match error {
        ImageError::Limits(limit) => match limit.kind() {
            LimitErrorKind::DimensionError => MediaRefusal::TooManyPixels,
            _ => MediaRefusal::TooDemanding,
        },
        _ => MediaRefusal::Broken,
    }
}
