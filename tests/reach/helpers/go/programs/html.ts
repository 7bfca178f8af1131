import { go, print } from "../program.ts";

print(go.EscapeString('<a href="x">&</a>'));
print(go.UnescapeString("&lt;&eacute;&gt;"));
