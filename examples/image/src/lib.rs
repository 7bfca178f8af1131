//! plugin build . -o image.so
//!
//! Pictures as bytes in, thumbnails as bytes out, by the `image` crate.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, ImageResult, Rgb, RgbImage};

/// Makes a PNG no larger than `side` in both directions out of a PNG or JPEG.
pub fn thumbnail(source: &[u8], side: u32) -> ImageResult<Vec<u8>> {
    let reader = ImageReader::new(Cursor::new(source)).with_guessed_format()?;
    let small = reader.decode()?.thumbnail(side, side);
    encoded(&small.into(), ImageFormat::Png)
}

/// Draws a test picture, a JPEG: two ramps, and a disc in the middle.
pub fn sample(width: u32, height: u32) -> ImageResult<Vec<u8>> {
    let (middle_x, middle_y) = (width / 2, height / 2);
    let radius = u64::from(width.min(height) / 3);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (
            u64::from(x.abs_diff(middle_x)),
            u64::from(y.abs_diff(middle_y)),
        );
        let ramp = |at: u32, of: u32| (u64::from(at) * 255 / u64::from(of)) as u8;
        let is_disc = dx * dx + dy * dy < radius * radius;
        Rgb([
            ramp(x, width),
            ramp(y, height),
            if is_disc { 255 } else { 64 },
        ])
    });
    encoded(&picture, ImageFormat::Jpeg)
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> ImageResult<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}
