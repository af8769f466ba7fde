//! What the child says: one line of JSON, then the files it names, one after another. The child has read a stranger's bytes, so its
//! parent takes nothing from it that is not of the right shape.

use std::io::Write;

use sadu_domain::media::{
    BLUR_MAX, Drawn, MediaRefusal, PictureType, SIDE_MAX, VariantFormat, WIDTHS,
};
use serde::{Deserialize, Serialize};

use super::draw::Drawing;

/// Most that an answer takes, in bytes.
pub(super) const MOST: u64 = 32 * 1024 * 1024;

/// The line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Drawn(Drawn),
    Refused(MediaRefusal),
}

/// Writes an answer.
///
/// # Errors
/// When nobody listens.
pub(super) fn write(
    out: &mut impl Write,
    outcome: Result<Drawing, MediaRefusal>,
) -> std::io::Result<()> {
    let (line, files) = match outcome {
        Ok(drawing) => (Line::Drawn(drawing.drawn), drawing.files),
        Err(refusal) => (Line::Refused(refusal), Vec::new()),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")?;
    for file in files {
        out.write_all(&file)?;
    }
    out.flush()
}

/// Reads an answer; `None` when it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Result<Drawing, MediaRefusal>> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    let mut rest = rest.get(1..)?;
    let drawn = match serde_json::from_slice(line).ok()? {
        Line::Refused(refusal) => return rest.is_empty().then_some(Err(refusal)),
        Line::Drawn(drawn) => drawn,
    };
    let mut files = Vec::new();
    for variant in &drawn.variants {
        let (file, left) = rest.split_at_checked(usize::try_from(variant.bytes).ok()?)?;
        let kind = match variant.format {
            VariantFormat::Jpeg => PictureType::Jpeg,
            VariantFormat::Webp => PictureType::Webp,
        };
        let sides = 1..=SIDE_MAX;
        if PictureType::sniff(file) != Some(kind)
            || !sides.contains(&variant.w)
            || !sides.contains(&variant.h)
        {
            return None;
        }
        files.push(file.to_vec());
        rest = left;
    }
    let most = WIDTHS.len().saturating_mul(VariantFormat::ALL.len());
    let whole = rest.is_empty() && (1..=most).contains(&files.len());
    (whole && is_data_image(&drawn.blur)).then_some(Ok(Drawing { drawn, files }))
}

fn is_data_image(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    text.len() <= BLUR_MAX
        && text
            .strip_prefix("data:image/webp;base64,")
            .is_some_and(|rest| rest.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sadu_domain::media::Variant;

    fn drawing() -> Drawing {
        let file = [0xff, 0xd8, 0xff, 0xe0, b'\n', 1].to_vec();
        Drawing {
            drawn: Drawn {
                variants: vec![Variant {
                    w: 480,
                    h: 320,
                    format: VariantFormat::Jpeg,
                    bytes: 6,
                }],
                blur: "data:image/webp;base64,AAAA".to_owned(),
            },
            files: vec![file],
        }
    }

    fn written(outcome: Result<Drawing, MediaRefusal>) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, outcome).unwrap();
        out
    }

    #[test]
    fn what_is_written_is_read() {
        let read_back = read(&written(Ok(drawing()))).unwrap().unwrap();
        assert_eq!(read_back, drawing());
        let refused = read(&written(Err(MediaRefusal::Broken)));
        assert_eq!(refused, Some(Err(MediaRefusal::Broken)));
    }

    #[test]
    fn a_child_is_not_believed_everything() {
        let mut long = written(Ok(drawing()));
        long.push(0);
        assert_eq!(read(&long), None);
        let whole = written(Ok(drawing()));
        assert_eq!(read(&whole[..whole.len() - 1]), None);
        let mut html = drawing();
        html.files[0] = b"<html>".to_vec();
        assert_eq!(read(&written(Ok(html))), None);
        let mut blur = drawing();
        blur.drawn.blur = "https://elsewhere.example/".to_owned();
        assert_eq!(read(&written(Ok(blur))), None);
        let mut none = drawing();
        none.drawn.variants.clear();
        none.files.clear();
        assert_eq!(read(&written(Ok(none))), None);
        assert_eq!(read(b""), None);
        assert_eq!(read(b"{}\n"), None);
    }
}
