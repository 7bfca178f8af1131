import console from "node:console";
import { rust } from "../program.ts";

const { Value } = rust;
const value = Value.from_str(
  "{ a = 1, b = { name = 'x', list = [1, 2.5, true] } }",
);
console.log(`${value.get("a").as_integer()}`);
const table = value.get("b");
console.log(`${table.get("name").as_str()} ${table.type_str()}`);
for (const one of table.get("list").as_array()) {
  console.log(`${one.type_str()} ${one}`);
}
console.log(String(value));
try {
  Value.from_str("{ a = ");
} catch (error) {
  console.log((error as Error).message.split("\n")[0]);
}
