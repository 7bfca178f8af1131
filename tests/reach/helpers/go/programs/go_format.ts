import { bytes, go, print, text } from "../program.ts";

print(text(go.Source(bytes("package  p\nfunc  f( ){return}\n"))).trimEnd());
try {
  go.Source(bytes("package"));
} catch (error) {
  print((error as Error).message);
}
