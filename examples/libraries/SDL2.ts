// plugin emit libSDL2.so --header SDL.h -I /usr/include/SDL2 --annotate SDL2
import console from "node:console";
import process from "node:process";
import { readFileSync } from "node:fs";
import { open } from "@native/plugin";
import type { LibSDL2 } from "./libSDL2.so.d.ts";

const sdl = open<LibSDL2>(new URL("./libSDL2.so.json", import.meta.url))
  .symbols;
const file = process.argv[2]!;
const RGBA32 = 376840196; // SDL_PIXELFORMAT_RGBA32

using surface = new sdl.Surface(0, 64, 48, 32, RGBA32);
using renderer = surface.createRenderer();
renderer.setDrawColor(0, 0, 128, 255);
renderer.clear();
renderer.setDrawColor(255, 255, 0, 255);
renderer.fillRects([{ x: 8, y: 8, w: 8, h: 8 }, { x: 32, y: 8, w: 8, h: 8 }]);
renderer.drawLines([{ x: 8, y: 40 }, { x: 32, y: 30 }, { x: 56, y: 40 }]);
renderer.present();
surface.saveBMP(sdl.SDL_RWFromFile(file, "wb"));
console.log(surface.w, surface.h, readFileSync(file).length);

try {
  new sdl.Surface(0, -1, 48, 32, RGBA32);
} catch (error) {
  console.log((error as Error).message);
}
