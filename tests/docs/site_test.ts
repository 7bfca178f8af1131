/**
 * What the site makes of the documents; `deno task reach` looks at it in a
 * browser.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { test } from "../helpers/test.ts";
import { forSite } from "../../tools/site/markdown.ts";

const THREE = `Do it, on Deno:

\`\`\`sh deno
deno task go
\`\`\`

on Bun:

\`\`\`sh bun
bun run go
\`\`\`

or on Node, which is slower:

\`\`\`sh node
npm run go
\`\`\`

See [types](types.md), and \`a["x"](2)\`.

\`\`\`ts file=host.ts
go();
\`\`\`

\`\`\`c
int go(void);
\`\`\`
`;

const TABS = `Do it:

::: code-group

\`\`\`sh [Deno]
deno task go
\`\`\`

\`\`\`sh [Bun]
bun run go
\`\`\`

\`\`\`sh [Node]
# which is slower
npm run go
\`\`\`

:::

See [types](/there/types.md), and \`a["x"](2)\`.

::: code-group

\`\`\`ts [host.ts]
go();
\`\`\`

:::

\`\`\`c
int go(void);
\`\`\`
`;

test("the blocks of three runtimes are tabs, and links are resolved", () => {
  assertEquals(forSite(THREE, (href) => `/there/${href}`), TABS);
});
