/**
 * What `plugin new` writes, whatever the language: the host, its test, and the
 * files that the runtimes read.
 *
 * @module
 */

import { OLDEST_NODE } from "../../ffi/system/node_version.ts";
import { VERSION } from "../publish/version.ts";
import { shellWord } from "../toolchain/shell_word.ts";
import { WORKFLOW, workflow } from "./workflow.ts";

/** A project that is to be written. */
export interface Project {
  /** Its name: letters, digits, `-` and `_`. */
  readonly name: string;
  /** The interface that the generated declarations give the plugin. */
  readonly types: string;
  /** A checkout of this package to use instead of the published one; an absolute path. */
  readonly link?: string;
  /** Whether it is published to npm, for several machines, by a CI job. */
  readonly publish?: boolean;
}

/** The part of a project that is its language's own. */
export interface Template {
  /** What `plugin build` is given. */
  readonly input: string;
  /** The plugin's source, by path in the project. */
  readonly sources: (project: Project) => Readonly<Record<string, string>>;
  /** How the language spells what the plugin exports. */
  readonly host: Host;
  /** Further lines of `.gitignore`. */
  readonly ignored?: readonly string[];
}

/** What the host says of the plugin where the languages differ. */
export interface Host {
  /** The name of its variable. */
  readonly version: string;
  /** The name of the function that adds. */
  readonly add: string;
  /** The name of the function that takes an array. */
  readonly mean: string;
  /** How that function is called with a `Float64Array`. */
  readonly call: (array: string) => string;
}

/** Names as C has them, and an array as its address and its length. */
export const C_HOST: Host = {
  version: "version",
  add: "add",
  mean: "mean",
  call: (array) => `mean(${array}, ${array}.length)`,
};

/** The name of the package, and the versions of it that a project takes. */
const PACKAGE = "@native/plugin";
const VERSIONS = `^${VERSION}`;

/**
 * Gives all files of a project.
 *
 * @param project What it is called.
 * @param template The project's language.
 * @returns Text by path.
 */
export function filesOf(
  project: Project,
  template: Template,
): Record<string, string> {
  return {
    ...template.sources(project),
    "host.ts": host(project, template.host),
    "host_test.ts": hostTest(template.host),
    "deno.json": denoJson(project, template),
    "package.json": packageJson(project, template),
    "tsconfig.json": tsconfigJson(),
    ...project.publish
      ? { [WORKFLOW]: workflow(project.name, template.input) }
      : {},
    // The command is for Node too; who has Bun need not have that.
    "bunfig.toml": "[run]\nbun = true\n",
    "README.md": readme(project, template),
    ".gitignore": [
      "node_modules/",
      "*.so",
      "*.so.*",
      // Private keys, as "plugin keygen" writes them.
      "*.pem",
      "!*.pub.pem",
      // What "plugin pack" and the job write.
      ...project.publish ? ["build/", "npm/"] : [],
      ...template.ignored ?? [],
      "",
    ].join("\n"),
  };
}

function host({ name, types }: Project, host: Host): string {
  return `import console from "node:console";
import { open } from "${PACKAGE}";
import type { ${types} } from "./${name}.so.d.ts";

const library = new URL("./${name}.so", import.meta.url);
const plugin = open<${types}>(library);

export const version = plugin.lookup("${host.version}");
export const add = plugin.lookup("${host.add}");
export const mean = plugin.lookup("${host.mean}");

if (import.meta.main) {
  const values = new Float64Array([1, 2, 6]);
  console.log("version", version.value);
  console.log("2 + 3 =", add(2, 3));
  console.log("the mean of 1, 2 and 6 is", ${host.call("values")});
}
`;
}

function hostTest(host: Host): string {
  return `import { test } from "node:test";
import { strictEqual, throws } from "node:assert";
import { add, mean, version } from "./host.ts";

test("the plugin says its version", () => {
  strictEqual(version.value, 1);
});

test("add() adds", () => {
  strictEqual(add(2, 3), 5);
});

test("add() refuses what is no i32", () => {
  throws(() => add(2, 1.5), /argument 2 \\(b\\): wanted i32/);
});

test("mean() reads an array", () => {
  const values = new Float64Array([1, 2, 6]);
  strictEqual(${host.call("values")}, 3);
});
`;
}

function build(project: Project, { input }: Template): string {
  return `build ${input} -o ${project.name}.so`;
}

function denoJson(project: Project, template: Template): string {
  return json({
    imports: { [PACKAGE]: `jsr:${PACKAGE}@${VERSIONS}` },
    ...isLocal(project) ? { links: [project.link] } : {},
    // Deno takes the package from JSR; package.json is for Bun and Node.
    nodeModulesDir: "none",
    tasks: {
      plugin: `deno run -A ${PACKAGE}/cli`,
      build: `deno task plugin ${build(project, template)}`,
      start: "deno run -A host.ts",
      test: "deno test -A",
    },
  });
}

function packageJson(project: Project, template: Template): string {
  return json({
    // Without these npm publishes nothing.
    ...project.publish
      ? { name: project.name, version: "0.1.0", license: "MIT" }
      : { private: true },
    type: "module",
    scripts: {
      plugin: "plugin",
      build: `plugin ${build(project, template)}`,
      start: "node host.ts",
    },
    ...dependencies(project),
  });
}

/**
 * What npm and Bun bring. Both bring peers too; of the others Deno asks npm, and
 * would do so for what it has of the checkout by `links`.
 */
function dependencies(project: Project) {
  const { link } = project;
  if (isLocal(project)) return { dependencies: { [PACKAGE]: `link:${link}` } };
  const key = link === undefined ? "dependencies" : "peerDependencies";
  return { [key]: { [PACKAGE]: VERSIONS } };
}

/** Whether nobody else has the project: what is published is installed elsewhere too. */
function isLocal({ link, publish }: Project): boolean {
  return link !== undefined && !publish;
}

/** For `tsc` and editors; Deno has options of its own. */
function tsconfigJson(): string {
  return json({
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: "esnext",
      module: "nodenext",
      allowImportingTsExtensions: true,
      allowArbitraryExtensions: true,
      skipLibCheck: true,
      types: ["node"],
    },
    include: ["*.ts"],
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * What Deno does before it takes the package.
 *
 * @param project Whose checkout it is, if it names one.
 * @returns The commands, each followed by `&&`.
 */
export function denoLink(project: Project): string {
  const { link } = project;
  return link === undefined || isLocal(project)
    ? ""
    : `deno link ${shellWord(link)} && `;
}

/**
 * How npm brings the package.
 *
 * @param project Whose checkout it is made of, if it names one.
 * @returns The command.
 */
export function npmInstall(project: Project): string {
  const { link } = project;
  if (link === undefined) return "npm install";
  // Node runs no TypeScript below node_modules, and npm knows no "link:".
  const words = isLocal(project) ? "npm install" : "npm install --no-save";
  return `${words} ${shellWord(`${link}/build/npm.tgz`)}`;
}

/**
 * How Bun brings the package.
 *
 * @param project Whose checkout it is, if it names one.
 * @returns The command.
 */
export function bunInstall(project: Project): string {
  const { link } = project;
  return link === undefined || isLocal(project)
    ? "bun install"
    : `(cd ${shellWord(link)} && bun link) && bun link ${PACKAGE}`;
}

function readme(project: Project, template: Template): string {
  const { link: _, ...elsewhere } = project;
  return project.publish
    ? `${usage(project, template.host)}
## Building it

${building(elsewhere, template)}`
    : `# ${project.name}

${building(project, template)}`;
}

/** What those read who install the package: nothing of this machine. */
function usage({ name }: Project, { add }: Host): string {
  return `# ${name}

For Deno, Bun and Node; \`npm install ${name}\` brings it compiled.

\`\`\`ts
import { ${add} } from "${name}";

${add}(2, 3); // 5
\`\`\`
`;
}

function building(project: Project, template: Template): string {
  const { name, link } = project;
  const [source] = Object.keys(template.sources(project)).slice(-1);
  const [fromCheckout, names] = link === undefined ? ["", ""] : [
    ", with the package that `npx -y deno task npm` makes in the checkout",
    `
The checkout of ${PACKAGE} is that of this machine: \`deno.json\` names it in
\`links\`, \`package.json\` by \`link:\`.
`,
  ];
  return `\`${source}\` is the plugin, \`host.ts\` uses it.

On Deno:

\`\`\`sh
deno task build # ${name}.so, ${name}.so.json, ${name}.so.d.ts
deno task test
deno task start
\`\`\`

On Bun:

\`\`\`sh
${bunInstall(project)}
bun run build
bun test
bun host.ts
\`\`\`

On Node, from ${OLDEST_NODE}${fromCheckout}:

\`\`\`sh
${npmInstall(project)}
npm run build
node --test
node host.ts
\`\`\`

Types are checked by \`deno check\`, or by \`npx tsc\` after
\`npm install --save-dev typescript @types/node\`, with Bun by \`bun x tsc\` after
\`bun add --dev typescript @types/node\`.
${names}`;
}
