import { buffer, bytes, go, print, text } from "../program.ts";

const out = buffer();
go.Convert(bytes("# a *b*\n\n- c\n- [d](e)\n"), out);
print(text(out.all()).trimEnd());
