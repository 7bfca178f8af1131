import console from "node:console";
import { rust } from "../program.ts";

using url = rust.Url.parse("https://user@a.example:8080/b/c?d=e&f=%C3%BC#g");
console.log(url.scheme(), url.host_str(), url.port());
console.log(url.path(), url.query());
console.log(String(url.join("../x?y")));
try {
  rust.Url.parse("//");
} catch (error) {
  console.log((error as Error).message);
}
