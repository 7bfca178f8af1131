use std::io::{Cursor, Read, Write};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

fn main() {
    let plain = SimpleFileOptions::DEFAULT;
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    writer.start_file("a.txt", plain).unwrap();
    writer.write_all("a text ".repeat(100).as_bytes()).unwrap();
    writer.add_directory("b", plain).unwrap();
    writer.start_file("b/c.txt", plain).unwrap();
    writer.write_all("grüße".as_bytes()).unwrap();
    let packed = writer.finish().unwrap().into_inner();
    println!("{}", packed.len());
    let mut archive = ZipArchive::new(Cursor::new(packed)).unwrap();
    for i in 0..archive.len() {
        let file = archive.by_index(i).unwrap();
        println!("{} {} {}", file.name().unwrap(), file.size(), file.is_dir());
    }
    let mut text = String::new();
    archive.by_name("b/c.txt").unwrap().read_to_string(&mut text).unwrap();
    println!("{text}");
    let mut names: Vec<_> = archive.file_names().map(Result::unwrap).collect();
    names.sort();
    println!("{}", names.join(","));
    println!("{}", archive.by_name("d").err().unwrap());
}
