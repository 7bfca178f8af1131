import console from "node:console";
import { rust } from "../program.ts";

const { Uuid } = rust;
const one = Uuid.parse_str("6BA7B810-9DAD-11D1-80B4-00C04FD430C8");
console.log(`${one} ${one.get_version_num()}`);
console.log(`${one.urn()} ${one.simple()}`);
console.log(`${one.as_u128()}`);
const [a, b, c, rest] = one.as_fields();
console.log(`${a} ${b} ${c} ${[...rest].join(",")}`);
console.log(Uuid.from_fields(a, b, c, rest).eq(one));
console.log(`${Uuid.nil()} ${Uuid.nil().is_nil()}`);
try {
  Uuid.parse_str("6ba7b810-9dad");
} catch (error) {
  console.log((error as Error).message);
}
