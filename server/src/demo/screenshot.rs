//! Pictures people send along: a page in flat colours, written as a PNG by hand.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

type Colour = [u8; 3];

const PAPER: Colour = [250, 250, 247];
const GREEN: Colour = [47, 93, 70];
const LINE: Colour = [214, 214, 206];
const TEXT: Colour = [118, 122, 116];
const INK: Colour = [52, 56, 52];
const RED: Colour = [178, 54, 46];
const PALE_RED: Colour = [248, 222, 218];
const WHITE: Colour = [255, 255, 255];

/// A rectangle: left, top, width, height, colour.
type Block = (usize, usize, usize, usize, Colour);

/// The checkout with its red notice, as a wide picture.
#[rustfmt::skip]
const PAYMENT: &[Block] = &[
    (0, 0, 640, 48, GREEN), (24, 16, 120, 16, WHITE), (520, 20, 40, 8, PAPER), (576, 20, 40, 8, PAPER),
    (24, 72, 180, 18, INK),
    (24, 108, 376, 52, PALE_RED), (24, 108, 4, 52, RED), (44, 122, 250, 8, RED), (44, 138, 180, 8, RED),
    (24, 180, 376, 44, LINE), (26, 182, 372, 40, WHITE), (40, 194, 16, 16, GREEN), (68, 198, 130, 8, INK),
    (24, 236, 376, 44, LINE), (26, 238, 372, 40, WHITE), (40, 250, 16, 16, LINE), (68, 254, 160, 8, TEXT),
    (24, 304, 376, 44, TEXT), (176, 322, 72, 8, WHITE),
    (428, 72, 188, 276, LINE), (430, 74, 184, 272, WHITE), (446, 92, 48, 48, LINE), (506, 96, 90, 8, INK),
    (506, 112, 60, 8, TEXT), (446, 156, 48, 48, LINE), (506, 160, 80, 8, INK), (506, 176, 60, 8, TEXT),
    (446, 226, 152, 1, LINE), (446, 246, 60, 8, TEXT), (558, 246, 40, 8, TEXT), (446, 270, 60, 10, INK), (548, 270, 50, 10, INK),
];

/// The basket on a phone, its button under the cookie banner.
#[rustfmt::skip]
const COVERED: &[Block] = &[
    (0, 0, 320, 44, GREEN), (16, 14, 96, 16, WHITE), (280, 16, 24, 3, WHITE), (280, 22, 24, 3, WHITE), (280, 28, 24, 3, WHITE),
    (16, 64, 110, 16, INK),
    (16, 96, 72, 72, LINE), (104, 102, 140, 9, INK), (104, 122, 90, 8, TEXT), (104, 142, 50, 8, TEXT),
    (16, 184, 72, 72, LINE), (104, 190, 120, 9, INK), (104, 210, 90, 8, TEXT), (104, 230, 50, 8, TEXT),
    (16, 280, 288, 1, LINE), (16, 300, 60, 9, INK), (250, 300, 54, 9, INK),
    (16, 336, 288, 44, GREEN),
    (0, 322, 320, 158, INK), (16, 342, 270, 8, WHITE), (16, 358, 240, 8, WHITE), (16, 374, 200, 8, WHITE),
    (16, 404, 136, 36, WHITE), (52, 418, 64, 8, INK), (168, 404, 136, 36, TEXT), (204, 418, 64, 8, WHITE),
];

/// The picture of this name, if there is one.
pub(super) fn png(name: &str) -> Option<Vec<u8>> {
    match name {
        "payment" => draw(640, 376, PAYMENT),
        "covered" => draw(320, 480, COVERED),
        _ => None,
    }
}

fn draw(width: usize, height: usize, blocks: &[Block]) -> Option<Vec<u8>> {
    let mut rows = Vec::with_capacity(height * (1 + 3 * width));
    for y in 0..height {
        // Every row says how it is filtered: not at all.
        rows.push(0);
        rows.extend((0..width).flat_map(|x| colour_at(x, y, blocks)));
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&rows).ok()?;
    let mut head = Vec::new();
    head.extend(u32::try_from(width).ok()?.to_be_bytes());
    head.extend(u32::try_from(height).ok()?.to_be_bytes());
    // Eight bits a channel, RGB, and nothing special.
    head.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", head), (b"IDAT", encoder.finish().ok()?), (b"IEND", Vec::new())] {
        chunk(&mut png, kind, &content)?;
    }
    Some(png)
}

/// The last block over a point covers the others.
fn colour_at(x: usize, y: usize, blocks: &[Block]) -> Colour {
    let covers = |&&(left, top, width, height, _): &&Block| {
        (left..left + width).contains(&x) && (top..top + height).contains(&y)
    };
    blocks.iter().rev().find(covers).map_or(PAPER, |block| block.4)
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) -> Option<()> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(content);
    png.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
    png.extend(kind);
    png.extend(content);
    png.extend(sum.sum().to_be_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_pngs() {
        for name in ["payment", "covered"] {
            let png = png(name).unwrap();
            assert!(png.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR") && png.ends_with(b"IEND\xae\x42\x60\x82"));
        }
        assert!(png("holiday").is_none());
    }
}
