//! Whether a JPEG is there to its end. Decoders paint what is missing grey; a picture that was cut off is refused instead.

/// Whether the picture itself, not one inside its metadata, reaches its end marker.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    ends(bytes).unwrap_or(false)
}

/// `None` where the bytes stop before the end marker.
fn ends(bytes: &[u8]) -> Option<bool> {
    // After SOI.
    let mut at = 2_usize;
    let mut in_scan = false;
    loop {
        let byte = *bytes.get(at)?;
        if byte != 0xff {
            if !in_scan {
                return Some(false);
            }
            at = at.checked_add(1)?;
            continue;
        }
        let marker = *bytes.get(at.checked_add(1)?)?;
        match marker {
            0xd9 => return Some(in_scan),
            // Fill bytes.
            0xff => at = at.checked_add(1)?,
            // A stuffed byte, a restart: no length follows.
            0x00 | 0x01 | 0xd0..=0xd7 => at = at.checked_add(2)?,
            _ => {
                let high = *bytes.get(at.checked_add(2)?)?;
                let low = *bytes.get(at.checked_add(3)?)?;
                let length = usize::from(u16::from_be_bytes([high, low]));
                at = at.checked_add(2)?.checked_add(length)?;
                in_scan = in_scan || marker == 0xda;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_the_picture_itself_counts() {
        let app1 = [0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
        let scan = [0xff, 0xda, 0, 3, 1, 7, 0xff, 0x00, 9, 0xff, 0xd3, 5];
        let soi = [0xff, 0xd8];
        let cut = [&soi[..], &app1, &scan].concat();
        assert!(!is_whole(&cut));
        let whole = [&cut[..], &[0xff, 0xd9]].concat();
        assert!(is_whole(&whole));
        // What follows is not looked at.
        assert!(is_whole(&[&whole[..], b"PK\x03\x04"].concat()));
        assert!(!is_whole(&[&soi[..], &[0xff, 0xd9]].concat()));
        assert!(!is_whole(&soi));
        assert!(!is_whole(&[]));
    }
}
