// examples/libraries/SDL2.ts by bun:ffi alone.
import console from "node:console";
import process from "node:process";
import { readFileSync } from "node:fs";
import { CString, dlopen, type Pointer, ptr, read } from "bun:ffi";

const { symbols: sdl } = dlopen("libSDL2.so", {
  SDL_GetError: { args: [], returns: "ptr" },
  SDL_CreateRGBSurfaceWithFormat: {
    args: ["u32", "i32", "i32", "i32", "u32"],
    returns: "ptr",
  },
  SDL_FreeSurface: { args: ["ptr"], returns: "void" },
  SDL_CreateSoftwareRenderer: { args: ["ptr"], returns: "ptr" },
  SDL_DestroyRenderer: { args: ["ptr"], returns: "void" },
  SDL_SetRenderDrawColor: {
    args: ["ptr", "u8", "u8", "u8", "u8"],
    returns: "i32",
  },
  SDL_RenderClear: { args: ["ptr"], returns: "i32" },
  SDL_RenderFillRects: { args: ["ptr", "ptr", "i32"], returns: "i32" },
  SDL_RenderDrawLines: { args: ["ptr", "ptr", "i32"], returns: "i32" },
  SDL_RenderPresent: { args: ["ptr"], returns: "void" },
  SDL_RWFromFile: { args: ["ptr", "ptr"], returns: "ptr" },
  SDL_SaveBMP_RW: { args: ["ptr", "ptr", "i32"], returns: "i32" },
});

const file = process.argv[2]!;
const RGBA32 = 376840196; // SDL_PIXELFORMAT_RGBA32
const W = 16, H = 20; // where they lie in an SDL_Surface
const errorOf = () => new Error(`${new CString(sdl.SDL_GetError()!)}`);
const check = (status: number) => {
  if (status < 0) throw errorOf();
};
const made = (pointer: Pointer | null): Pointer => {
  if (pointer === null) throw errorOf();
  return pointer;
};
const text = (text: string) => ptr(new TextEncoder().encode(`${text}\0`));

const surface = made(sdl.SDL_CreateRGBSurfaceWithFormat(0, 64, 48, 32, RGBA32));
try {
  const renderer = made(sdl.SDL_CreateSoftwareRenderer(surface));
  try {
    check(sdl.SDL_SetRenderDrawColor(renderer, 0, 0, 128, 255));
    check(sdl.SDL_RenderClear(renderer));
    check(sdl.SDL_SetRenderDrawColor(renderer, 255, 255, 0, 255));
    const rects = new Int32Array([...[8, 8, 8, 8], ...[32, 8, 8, 8]]);
    check(sdl.SDL_RenderFillRects(renderer, ptr(rects), 2));
    const points = new Int32Array([...[8, 40], ...[32, 30], ...[56, 40]]);
    check(sdl.SDL_RenderDrawLines(renderer, ptr(points), 3));
    sdl.SDL_RenderPresent(renderer);
    const to = made(sdl.SDL_RWFromFile(text(file), text("wb")));
    check(sdl.SDL_SaveBMP_RW(surface, to, 1));
    console.log(
      read.i32(surface, W),
      read.i32(surface, H),
      readFileSync(file).length,
    );
  } finally {
    sdl.SDL_DestroyRenderer(renderer);
  }
} finally {
  sdl.SDL_FreeSurface(surface);
}
try {
  sdl.SDL_FreeSurface(
    made(sdl.SDL_CreateRGBSurfaceWithFormat(0, -1, 48, 32, RGBA32)),
  );
} catch (error) {
  console.log((error as Error).message);
}
