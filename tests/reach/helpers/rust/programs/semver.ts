import console from "node:console";
import { rust } from "../program.ts";

using version = rust.Version.parse("1.4.2-beta.1+build.5");
console.log(`${version.major} ${version.minor} ${version.patch} ${version}`);
using wanted = rust.VersionReq.parse(">=1.2.3, <1.8.0");
for (const text of ["1.2.2", "1.2.3", "1.7.9", "1.8.0"]) {
  console.log(text, wanted.matches(rust.Version.parse(text)));
}
try {
  rust.Version.parse("1.x");
} catch (error) {
  console.log((error as Error).message);
}
