use flate2::{Compression, read::{GzDecoder, GzEncoder}, write::{ZlibDecoder, ZlibEncoder}};
use std::io::{Cursor, Read, Write};

fn main() {
    let text = "a text that is a text ".repeat(100);
    let mut packed = vec![];
    GzEncoder::new(Cursor::new(text.as_bytes()), Compression::best()).read_to_end(&mut packed).unwrap();
    println!("{} {}", text.len(), packed.len());
    let mut unpacked = String::new();
    GzDecoder::new(Cursor::new(&packed)).read_to_string(&mut unpacked).unwrap();
    println!("{}", unpacked == text);
    let mut encoder = ZlibEncoder::new(vec![], Compression::new(6));
    encoder.write_all(b"one ").unwrap();
    encoder.write_all(b"two").unwrap();
    let zlib = encoder.finish().unwrap();
    println!("{zlib:?}");
    let mut decoder = ZlibDecoder::new(vec![]);
    decoder.write_all(&zlib).unwrap();
    println!("{}", String::from_utf8(decoder.finish().unwrap()).unwrap());
    let mut rest = vec![];
    println!("{}", GzDecoder::new(Cursor::new(b"nonsense")).read_to_end(&mut rest).unwrap_err());
}
