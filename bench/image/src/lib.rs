//! plugin build bench/image -o build/bench/image.so

use std::slice;
use std::time::Instant;

/// Makes RGBA pixels gray in place, by the weights of Rec. 601.
///
/// # Safety
///
/// There are `length` bytes at `pixels`, which nobody else uses.
#[no_mangle]
pub unsafe extern "C" fn grayscale(pixels: *mut u8, length: usize) {
    gray(slice::from_raw_parts_mut(pixels, length));
}

/// The same, called here as often: how many seconds the quickest call took.
///
/// # Safety
///
/// There are `length` bytes at `pixels`, which nobody else uses.
#[no_mangle]
pub unsafe extern "C" fn time_it(pixels: *mut u8, length: usize, calls: u32) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..calls {
        let start = Instant::now();
        gray(slice::from_raw_parts_mut(pixels, length));
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

#[inline(never)]
fn gray(pixels: &mut [u8]) {
    for pixel in pixels.chunks_exact_mut(4) {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
        let level = ((red * 77 + green * 150 + blue * 29) >> 8) as u8;
        pixel[..3].fill(level);
    }
}
