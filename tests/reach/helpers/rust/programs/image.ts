import console from "node:console";
import { rust } from "../program.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const list = (all: Iterable<number>) => `[${[...all].join(", ")}]`;
const { DynamicImage, ImageFormat, Rgba } = rust;
/** `FilterType::Nearest`. */
const NEAREST = 0;

const picture = DynamicImage.new_rgb8(4, 2);
picture.put_pixel(1, 0, new Rgba(Uint8Array.of(255, 0, 10, 255)));
rust["imageops::invert"](picture);
const turned = picture.rotate90();
console.log(`${turned.width()} ${turned.height()}`);
console.log(list(turned.as_bytes()));
const png = turned.write_to(new Uint8Array(), ImageFormat.Png());
console.log(png.length);
const again = rust.load_from_memory(png);
console.log(again.eq(turned));
const small = again.grayscale().resize_exact(2, 2, NEAREST);
console.log(list(small.as_bytes()));
try {
  rust.load_from_memory(bytes("nonsense"));
} catch (error) {
  console.log((error as Error).message);
}
