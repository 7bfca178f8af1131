import process from "node:process";
import type { Plugin } from "@native/plugin";

/** What the program does, however its plugin came into it. */
export function main(plugin: Plugin): void {
  const text = process.argv.slice(2).join(" ");
  const { words, letters } = plugin.lookup("count")(text);
  console.log(`${words} words, ${letters} letters`);
}
