import { open } from "@native/plugin";
import { main } from "./main.ts";

main(open(new URL("./words.so", import.meta.url)));
