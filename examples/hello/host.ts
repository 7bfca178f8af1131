import process from "node:process";
import { open } from "@native/plugin";

const plugin = open(process.argv[2]!); // hello.so, from C or from Go
const v = plugin.lookup("V", "isize"); // Variable<number>
const f = plugin.lookup("F", "() => void"); // () => void
v.value = 7;
f(); // Hello, number 7
