import { open } from "@native/plugin";
import { main } from "./main.ts";
import library from "./words.so" with { type: "file" };
import "./words.so.json" with { type: "file" };

main(open(library));
