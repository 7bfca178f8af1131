/**
 * A real browser.
 *
 * @module
 */

import { type Browser, chromium, type Page } from "playwright-core";

/** Calls `use` with a page of a headless browser, and what opens others. */
export async function withPage(
  use: (page: Page, open: () => Promise<Page>) => Promise<void>,
): Promise<void> {
  const browser: Browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    await use(await browser.newPage(), () => browser.newPage());
  } finally {
    await browser.close();
  }
}

/** A text that a page shows, as the eye has it. */
export interface Shown {
  readonly text: string;
  /** Its colour, and that behind it, as `rgb(…)`. */
  readonly ink: string;
  readonly ground: string;
  /** Height of its letters in pixels, and where it lies. */
  readonly size: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The texts of the SVG that a page shows.
 *
 * @param page The page.
 * @param width How wide the picture is shown.
 */
export function textsOf(page: Page, width: number): Promise<Shown[]> {
  return page.evaluate((width) => {
    // deno-lint-ignore no-explicit-any -- this runs in the browser
    const { document, getComputedStyle } = globalThis as any;
    const svg = document.querySelector("svg");
    const scale = width / Number(svg.getAttribute("width"));
    const ground = getComputedStyle(svg.querySelector("rect")).fill;
    // deno-lint-ignore no-explicit-any -- an element of the browser's
    return [...svg.querySelectorAll("text")].map((element: any) => {
      const style = getComputedStyle(element);
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return {
        text: element.textContent,
        ink: style.fill,
        ground,
        size: parseFloat(style.fontSize) * scale,
        left,
        top,
        right,
        bottom,
      };
    });
  }, width);
}

/**
 * How far two colours are from each other.
 *
 * @returns From 1 to 21; 4.5 is what a text needs.
 */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)]
    .sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = colour.match(/[\d.]+/g)!.map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
