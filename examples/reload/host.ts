import process from "node:process";
import { watch } from "@native/plugin";

/** The function of every build so far: none is unloaded. */
const counts: (() => number)[] = [];
const stop = new AbortController();

watch(process.argv[2]!, (plugin) => {
  const version = plugin.lookup("version", "() => i32")();
  counts.push(plugin.lookup("count", "() => i32"));
  console.log(
    `version ${version}: ${counts.map((count) => count()).join(" ")}`,
  );
  if (version === 6) stop.abort();
}, { onError: console.warn, signal: stop.signal });
