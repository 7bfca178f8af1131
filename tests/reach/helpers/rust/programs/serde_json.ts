import console from "node:console";
import type { PluginError } from "@native/plugin";
import { rust } from "../program.ts";

const value = rust.from_str('{"a":[1,2.5,null,{"b":"ü"}]}');
console.log(value.a[3].b);
console.log(rust.to_string({ x: [1, -2, 1.5], y: null }));
try {
  rust.from_str("{\n  1");
} catch (error) {
  const { message, data } = error as PluginError;
  // deno-lint-ignore no-explicit-any
  console.log(`${message}, in line ${(data as any).line()}`);
}
