use image::{DynamicImage, GenericImage, ImageFormat, Rgba, imageops};
use std::io::Cursor;

fn main() {
    let mut picture = DynamicImage::new_rgb8(4, 2);
    picture.put_pixel(1, 0, Rgba([255, 0, 10, 255]));
    imageops::invert(&mut picture);
    let turned = picture.rotate90();
    println!("{} {}", turned.width(), turned.height());
    println!("{:?}", turned.as_bytes());
    let mut png = Cursor::new(vec![]);
    turned.write_to(&mut png, ImageFormat::Png).unwrap();
    let png = png.into_inner();
    println!("{}", png.len());
    let again = image::load_from_memory(&png).unwrap();
    println!("{}", again == turned);
    let small = again.grayscale().resize_exact(2, 2, imageops::FilterType::Nearest);
    println!("{:?}", small.as_bytes());
    println!("{}", image::load_from_memory(b"nonsense").unwrap_err());
}
