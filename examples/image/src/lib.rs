//! plugin build . -o image.so
//!
//! Pictures as bytes in, thumbnails as bytes out, by the `image` crate.

use std::cell::RefCell;
use std::ffi::{c_char, CString};
use std::io::Cursor;
use std::slice;

use image::{ImageFormat, ImageReader, Rgb, RgbImage};

/// An encoded picture, in memory of this crate.
pub struct Picture {
    bytes: Vec<u8>,
}

thread_local! {
    static PROBLEM: RefCell<CString> = RefCell::default();
}

/// Makes a PNG no larger than `side` in both directions out of a PNG or JPEG;
/// null when it cannot be read.
///
/// # Safety
///
/// There are `length` bytes at `source`.
#[no_mangle]
pub unsafe extern "C" fn thumbnail(
    source: *const u8,
    length: usize,
    side: u32,
) -> Option<Box<Picture>> {
    let source = slice::from_raw_parts(source, length);
    kept(scaled(source, side))
}

/// Draws a test picture, a JPEG: two ramps, and a disc in the middle.
#[no_mangle]
pub extern "C" fn sample(width: u32, height: u32) -> Option<Box<Picture>> {
    kept(drawn(width, height))
}

/// How many bytes a picture has.
#[no_mangle]
pub extern "C" fn picture_size(picture: &Picture) -> usize {
    picture.bytes.len()
}

/// Copies a picture to where there is room for it, and frees it.
///
/// # Safety
///
/// There are `picture_size` bytes at `to`.
#[no_mangle]
pub unsafe extern "C" fn picture_take(picture: Box<Picture>, to: *mut u8) {
    to.copy_from_nonoverlapping(picture.bytes.as_ptr(), picture.bytes.len());
}

/// Why the last call on this thread gave null.
#[no_mangle]
pub extern "C" fn problem() -> *const c_char {
    PROBLEM.with_borrow(|text| text.as_ptr())
}

fn scaled(source: &[u8], side: u32) -> image::ImageResult<Vec<u8>> {
    let reader = ImageReader::new(Cursor::new(source)).with_guessed_format()?;
    encoded(
        &reader.decode()?.thumbnail(side, side).into(),
        ImageFormat::Png,
    )
}

fn drawn(width: u32, height: u32) -> image::ImageResult<Vec<u8>> {
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

fn encoded(picture: &RgbImage, format: ImageFormat) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}

fn kept(made: image::ImageResult<Vec<u8>>) -> Option<Box<Picture>> {
    match made {
        Ok(bytes) => Some(Box::new(Picture { bytes })),
        Err(error) => {
            let text = error.to_string().replace('\0', " ");
            PROBLEM.set(CString::new(text).unwrap_or_default());
            None
        }
    }
}
