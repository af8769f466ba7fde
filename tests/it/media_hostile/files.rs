//! The files, made byte by byte. Each family makes another file of its kind every time.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageFormat};

use crate::pictures::{drawing, encoded, exif, jpeg, photo, with_segment};

/// What must come of a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Want {
    /// One of these codes.
    Refused(&'static [&'static str]),
    /// Drawings, without what it carried.
    Drawn,
    /// Either.
    Either,
}

#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) want: Want,
}

pub(super) type Family = fn(usize) -> File;

const JPEG: &str = "image/jpeg";
const PNG: &str = "image/png";
const WEBP: &str = "image/webp";

fn file(name: &'static str, kind: &'static str, bytes: Vec<u8>, want: Want) -> File {
    File {
        name,
        kind,
        bytes,
        want,
    }
}

fn small(n: usize) -> (u32, u32) {
    let n = u32::try_from(n).unwrap();
    (40 + n % 30, 30 + n % 17)
}

fn png(n: usize) -> Vec<u8> {
    let (w, h) = small(n);
    encoded(&photo(w, h), ImageFormat::Png)
}

fn webp(n: usize) -> Vec<u8> {
    let (w, h) = small(n);
    encoded(&drawing(w, h), ImageFormat::WebP)
}

fn photograph(n: usize) -> Vec<u8> {
    let (w, h) = small(n);
    jpeg(w, h)
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(crc & 1)))
        })
    })
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [&name[..], content].concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], &body, &crc(&body).to_be_bytes()].concat()
}

/// A PNG with more chunks after its IHDR.
fn with_chunks(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&png[..33], &chunks.concat(), &png[33..]].concat()
}

/// A PNG that says it has these dimensions.
fn claiming(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut header = png[16..29].to_vec();
    header[..4].copy_from_slice(&width.to_be_bytes());
    header[4..8].copy_from_slice(&height.to_be_bytes());
    [&png[..8], &chunk(b"IHDR", &header), &png[33..]].concat()
}

/// One colour everywhere: megabytes of pixels in kilobytes.
fn flat(width: u32, height: u32, colour: ExtendedColorType) -> Vec<u8> {
    let bits = u64::from(colour.bits_per_pixel());
    let length = u64::from(width) * u64::from(height) * bits / 8;
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::NoFilter)
        .write_image(
            &vec![0; usize::try_from(length).unwrap()],
            width,
            height,
            colour,
        )
        .unwrap();
    bytes
}

/// The compressed pixels of a PNG: a stream that unpacks to as many bytes.
fn stream(png: &[u8]) -> Vec<u8> {
    let (mut at, mut out) = (8, Vec::new());
    while at + 8 < png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            out.extend(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    out
}

/// Markers of the segments before the first scan that are no tables and no frame.
pub(super) fn segments(jpeg: &[u8]) -> Vec<u8> {
    let (mut at, mut found) = (2, Vec::new());
    while jpeg[at] == 0xff && jpeg[at + 1] != 0xda {
        let marker = jpeg[at + 1];
        if !matches!(marker, 0xdb | 0xc0 | 0xc4) {
            found.push(marker);
        }
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    found
}

/// A JPEG that says it has these dimensions.
fn claiming_jpeg(mut jpeg: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let at = jpeg
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, content) in chunks {
        body.extend(*name);
        body.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend(content);
        if content.len() % 2 == 1 {
            body.push(0);
        }
    }
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &body].concat()
}

fn u24(n: u32) -> [u8; 3] {
    let [a, b, c, _] = n.to_le_bytes();
    [a, b, c]
}

/// The `VP8L` content of a plain WebP.
fn pixels(webp: &[u8]) -> Vec<u8> {
    let length = u32::from_le_bytes(webp[16..20].try_into().unwrap()) as usize;
    webp[20..20 + length].to_vec()
}

fn extended(n: usize, flags: u8, more: Vec<(&'static [u8; 4], Vec<u8>)>, still: bool) -> Vec<u8> {
    let (w, h) = small(n);
    let header = [&[flags, 0, 0, 0][..], &u24(w - 1), &u24(h - 1)].concat();
    let mut chunks: Vec<(&[u8; 4], Vec<u8>)> = vec![(b"VP8X", header)];
    if still {
        chunks.push((b"VP8L", pixels(&webp(n))));
    }
    chunks.extend(more);
    riff(&chunks)
}

fn cut(bytes: &[u8], n: usize) -> Vec<u8> {
    let keep = bytes.len() * (30 + n % 60) / 100;
    bytes[..keep].to_vec()
}

const UNREADABLE: Want = Want::Refused(&["media.broken"]);
const NO_PICTURE: Want = Want::Refused(&["media.not_a_picture"]);
const TOO_BIG: Want = Want::Refused(&["media.too_many_pixels", "media.too_demanding"]);
const OTHER_TYPE: Want = Want::Refused(&["media.type_differs"]);

pub(super) const FAMILIES: &[Family] = &[
    // Bombs.
    |n| {
        file(
            "a PNG that claims to be huge",
            PNG,
            claiming(&png(n), 60_000, 60_000 + n as u32),
            TOO_BIG,
        )
    },
    |n| {
        file(
            "a PNG of one endless line",
            PNG,
            claiming(&png(n), 2_000_000_000, 1),
            TOO_BIG,
        )
    },
    |n| {
        file(
            "a JPEG that claims to be huge",
            JPEG,
            claiming_jpeg(photograph(n), 65_500, 65_500),
            TOO_BIG,
        )
    },
    |n| {
        file(
            "a JPEG of more than 30 megapixels",
            JPEG,
            claiming_jpeg(photograph(n), 7_999, 7_999),
            TOO_BIG,
        )
    },
    |n| {
        file(
            "a PNG with more pixels than it claims",
            PNG,
            {
                let (w, h) = small(n);
                claiming(&flat(4_000, 1_000, ExtendedColorType::Rgb8), w, h)
            },
            Want::Either,
        )
    },
    |n| {
        file(
            "a text chunk that unpacks to megabytes",
            PNG,
            {
                let bomb = stream(&flat(7_000, 4_000, ExtendedColorType::L8));
                let text = [b"Comment\0\0", &bomb[..]].concat();
                with_chunks(&png(n), &[chunk(b"zTXt", &text), chunk(b"iCCP", &text)])
            },
            Want::Either,
        )
    },
    |n| {
        file(
            "sixteen bits a channel",
            PNG,
            flat(4_200 + n as u32, 4_000, ExtendedColorType::Rgba16),
            TOO_BIG,
        )
    },
    // Two things at once.
    |n| {
        file(
            "a JPEG that is a ZIP too",
            JPEG,
            [photograph(n), b"PK\x03\x04SECRET.exe".to_vec()].concat(),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "a JPEG that is a page too",
            JPEG,
            with_segment(&photograph(n), 0xfe, b"<html><script>SECRET</script>"),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "a PNG with a page behind it",
            PNG,
            [png(n), b"<html><script>SECRET</script>".to_vec()].concat(),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "a GIF called JPEG",
            JPEG,
            [b"GIF89a".to_vec(), vec![7; 50 + n]].concat(),
            NO_PICTURE,
        )
    },
    |n| file("a PNG called JPEG", JPEG, png(n), OTHER_TYPE),
    |n| file("a JPEG called WebP", WEBP, photograph(n), OTHER_TYPE),
    |n| {
        file(
            "an SVG called PNG",
            PNG,
            format!("<svg xmlns='http://www.w3.org/2000/svg' onload='alert({n})'/>").into_bytes(),
            NO_PICTURE,
        )
    },
    |n| {
        file(
            "a page called JPEG",
            JPEG,
            format!("<html><script>{n}</script>").into_bytes(),
            NO_PICTURE,
        )
    },
    |n| {
        file(
            "a PDF called PNG",
            PNG,
            format!("%PDF-1.7 {n}").into_bytes(),
            NO_PICTURE,
        )
    },
    // More than is seen.
    |n| {
        file(
            "EXIF with a place",
            JPEG,
            with_segment(&photograph(n), 0xe1, &exif(1 + (n % 8) as u8)),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "XMP",
            JPEG,
            with_segment(
                &photograph(n),
                0xe1,
                b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>",
            ),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "a colour profile",
            JPEG,
            with_segment(&photograph(n), 0xe2, b"ICC_PROFILE\0\x01\x01SECRET"),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "IPTC",
            JPEG,
            with_segment(&photograph(n), 0xed, b"Photoshop 3.0\08BIM\x04\x04SECRET"),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "text and EXIF in a PNG",
            PNG,
            with_chunks(
                &png(n),
                &[
                    chunk(b"tEXt", b"Author\0SECRET"),
                    chunk(b"eXIf", &exif(1)[6..]),
                ],
            ),
            Want::Drawn,
        )
    },
    |n| {
        file(
            "EXIF and XMP in a WebP",
            WEBP,
            extended(
                n,
                0x0c,
                vec![
                    (b"EXIF", exif(1)[6..].to_vec()),
                    (b"XMP ", b"SECRET".to_vec()),
                ],
                true,
            ),
            Want::Drawn,
        )
    },
    // Moving ones.
    |n| {
        file(
            "a moving PNG",
            PNG,
            {
                let frame = [
                    &0_u32.to_be_bytes()[..],
                    &png(n)[16..24],
                    &[0; 8],
                    &[0, 1, 0, 1, 0, 0],
                ]
                .concat();
                with_chunks(
                    &png(n),
                    &[
                        chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]),
                        chunk(b"fcTL", &frame),
                    ],
                )
            },
            Want::Either,
        )
    },
    |n| {
        file(
            "a moving WebP",
            WEBP,
            {
                let (w, h) = small(n);
                let inner = pixels(&webp(n));
                let length = u32::try_from(inner.len()).unwrap().to_le_bytes();
                let frame = [
                    &[0; 6][..],
                    &u24(w - 1),
                    &u24(h - 1),
                    &u24(100),
                    &[0],
                    b"VP8L",
                    &length,
                    &inner,
                ]
                .concat();
                extended(
                    n,
                    0x02,
                    vec![(b"ANIM", vec![0; 6]), (b"ANMF", frame)],
                    false,
                )
            },
            Want::Either,
        )
    },
    // Not whole.
    |n| file("half a JPEG", JPEG, cut(&jpeg(300, 200), n), UNREADABLE),
    |n| {
        file(
            "half a JPEG with a whole one in its EXIF",
            JPEG,
            cut(&with_segment(&jpeg(300, 200), 0xe1, &photograph(n)), n),
            UNREADABLE,
        )
    },
    |n| {
        file(
            "half a PNG",
            PNG,
            cut(&encoded(&photo(300, 200), ImageFormat::Png), n),
            UNREADABLE,
        )
    },
    |n| {
        file(
            "half a WebP",
            WEBP,
            cut(&encoded(&photo(300, 200), ImageFormat::WebP), n),
            UNREADABLE,
        )
    },
    |_| file("nothing", PNG, Vec::new(), UNREADABLE),
    |n| {
        file(
            "the first bytes alone",
            PNG,
            b"\x89PNG\r\n\x1a\n"[..]
                .iter()
                .copied()
                .chain(vec![0; n])
                .collect(),
            UNREADABLE,
        )
    },
    |n| {
        file(
            "more than 15 MiB",
            JPEG,
            vec![0xff; 15 * 1024 * 1024 + 1 + n],
            Want::Refused(&["media.too_large"]),
        )
    },
    // Whatever comes.
    |n| {
        file(
            "a JPEG with bytes changed",
            JPEG,
            scrambled(jpeg(200, 150), n),
            Want::Either,
        )
    },
    |n| {
        file(
            "a PNG with bytes changed",
            PNG,
            scrambled(png(n), n),
            Want::Either,
        )
    },
];

fn scrambled(mut bytes: Vec<u8>, n: usize) -> Vec<u8> {
    for k in 0..5 {
        let at = 20 + (n * 7_919 + k * 104_729) % (bytes.len() - 20);
        bytes[at] ^= (n + k * 37) as u8 | 1;
    }
    bytes
}

/// What takes the most memory of all that is within the limits, and of what is just beyond.
pub(super) fn heavy() -> Vec<File> {
    vec![
        file(
            "a JPEG of 30 megapixels",
            JPEG,
            jpeg(7_500, 4_000),
            Want::Drawn,
        ),
        file(
            "a tall PNG with alpha",
            PNG,
            flat(3_750, 8_000, ExtendedColorType::Rgba8),
            Want::Drawn,
        ),
        file(
            "a wide PNG",
            PNG,
            flat(8_000, 3_750, ExtendedColorType::Rgb8),
            Want::Drawn,
        ),
        file(
            "sixteen bits a channel",
            PNG,
            flat(4_000, 4_000, ExtendedColorType::Rgba16),
            TOO_BIG,
        ),
        file(
            "a large WebP",
            WEBP,
            encoded(&drawing(7_500, 4_000), ImageFormat::WebP),
            Want::Drawn,
        ),
        FAMILIES[0](0),
        FAMILIES[2](0),
        FAMILIES[5](0),
    ]
}
