// examples/libraries/SDL2.ts by koffi.
import console from "node:console";
import process from "node:process";
import { readFileSync } from "node:fs";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libSDL2.so");
koffi.opaque("SDL_Renderer");
koffi.opaque("SDL_RWops");
koffi.struct("SDL_Rect", { x: "int", y: "int", w: "int", h: "int" });
koffi.struct("SDL_Point", { x: "int", y: "int" });
// The beginning of it; what follows is not looked at.
const Surface = koffi.struct("SDL_Surface", {
  flags: "uint32_t",
  format: "void *",
  w: "int",
  h: "int",
});
const f = (prototype: string) => lib.func(prototype);
const getError = f("const char *SDL_GetError()");
const createSurface = f(
  "SDL_Surface *SDL_CreateRGBSurfaceWithFormat(uint32_t flags, int w, int h, int depth, uint32_t format)",
);
const freeSurface = f("void SDL_FreeSurface(SDL_Surface *s)");
const createRenderer = f(
  "SDL_Renderer *SDL_CreateSoftwareRenderer(SDL_Surface *s)",
);
const destroyRenderer = f("void SDL_DestroyRenderer(SDL_Renderer *r)");
const setDrawColor = f(
  "int SDL_SetRenderDrawColor(SDL_Renderer *r, uint8_t red, uint8_t g, uint8_t b, uint8_t a)",
);
const clear = f("int SDL_RenderClear(SDL_Renderer *r)");
const fillRects = f(
  "int SDL_RenderFillRects(SDL_Renderer *r, const SDL_Rect *rects, int count)",
);
const drawLines = f(
  "int SDL_RenderDrawLines(SDL_Renderer *r, const SDL_Point *points, int count)",
);
const present = f("void SDL_RenderPresent(SDL_Renderer *r)");
const rwFromFile = f(
  "SDL_RWops *SDL_RWFromFile(const char *file, const char *mode)",
);
const saveBMP = f(
  "int SDL_SaveBMP_RW(SDL_Surface *s, SDL_RWops *to, int freedst)",
);

const file = process.argv[2]!;
const RGBA32 = 376840196; // SDL_PIXELFORMAT_RGBA32
const check = (status: number) => {
  if (status < 0) throw new Error(getError());
};
const made = <T>(value: T | null): T => {
  if (value === null) throw new Error(getError());
  return value;
};

const surface = made(createSurface(0, 64, 48, 32, RGBA32));
try {
  const renderer = made(createRenderer(surface));
  try {
    check(setDrawColor(renderer, 0, 0, 128, 255));
    check(clear(renderer));
    check(setDrawColor(renderer, 255, 255, 0, 255));
    const rects = [{ x: 8, y: 8, w: 8, h: 8 }, { x: 32, y: 8, w: 8, h: 8 }];
    check(fillRects(renderer, rects, rects.length));
    const points = [{ x: 8, y: 40 }, { x: 32, y: 30 }, { x: 56, y: 40 }];
    check(drawLines(renderer, points, points.length));
    present(renderer);
    check(saveBMP(surface, made(rwFromFile(file, "wb")), 1));
    const { w, h } = koffi.decode(surface, Surface);
    console.log(w, h, readFileSync(file).length);
  } finally {
    destroyRenderer(renderer);
  }
} finally {
  freeSurface(surface);
}
try {
  freeSurface(made(createSurface(0, -1, 48, 32, RGBA32)));
} catch (error) {
  console.log((error as Error).message);
}
