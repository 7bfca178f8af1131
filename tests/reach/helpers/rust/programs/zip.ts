import console from "node:console";
import { rust } from "../program.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const { ZipArchive, ZipWriter } = rust;
const plain = () => rust["write::FileOptions"].DEFAULT;
const writer = new ZipWriter(new Uint8Array());
writer.start_file("a.txt", plain());
writer.write_all(bytes("a text ".repeat(100)));
writer.add_directory("b", plain());
writer.start_file("b/c.txt", plain());
writer.write_all(bytes("grüße"));
const packed = writer.finish();
console.log(packed.length);
using archive = new ZipArchive(packed);
for (let i = 0; i < archive.len(); i++) {
  using file = archive.by_index(i);
  console.log(`${file.name()} ${file.size()} ${file.is_dir()}`);
}
{
  using file = archive.by_name("b/c.txt");
  console.log(file.read_to_string());
}
console.log([...archive.file_names()].sort().join());
try {
  archive.by_name("d");
} catch (error) {
  console.log((error as Error).message);
}
