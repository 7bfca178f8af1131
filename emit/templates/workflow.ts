/**
 * The CI job that builds a plugin for several machines and publishes it.
 *
 * @module
 */

/** Where GitHub looks for it. */
export const WORKFLOW = ".github/workflows/publish.yml";

/** A machine of GitHub's for each target. */
const RUNNERS = {
  "linux-x64": "ubuntu-24.04",
  "linux-arm64": "ubuntu-24.04-arm",
  "darwin-x64": "macos-15-intel",
  "darwin-arm64": "macos-15",
};

/** Zig, which compiles for musl too. */
const SETUP_ZIG = `      - uses: mlugg/setup-zig@v2
`;

/** What a language needs that the machines have not got. */
const SETUP: Readonly<Record<string, string>> = {
  "plugin.c": `${SETUP_ZIG}        if: runner.os == 'Linux'
`,
  "plugin.zig": SETUP_ZIG,
};

/**
 * What is compiled for musl on the machine of the other C library. A library
 * that needs no C library is for both, and there is one of it.
 */
const FOR_MUSL = ["plugin.c", "plugin.zig"];

function buildForMusl(name: string, input: string): string {
  return `      - run: |
          npx plugin build ${input} --target \${{ matrix.target }} --target \${{ matrix.target }}-musl -o musl/${name}
          if test -d musl/${name}/*-musl; then mv musl/${name}/*-musl build/; fi
        if: runner.os == 'Linux'
`;
}

/**
 * Prints the job.
 *
 * Each machine builds for itself, with its own compiler, and those with Linux for
 * musl where Zig does that: what one compiler can do for others differs from
 * language to language. The library is called `.so` on macOS too, as the
 * project's own script and its tests call it; the loader there looks at no name.
 *
 * @param name The name of the project.
 * @param input What `plugin build` is given.
 */
export function workflow(name: string, input: string): string {
  const matrix = Object.entries(RUNNERS).map(([target, runner]) =>
    `          - { target: ${target}, os: ${runner} }`
  ).join("\n");
  return `# A tag such as v0.1.0 builds the plugin on each machine, and publishes a package
# for each and one that depends on them. npm knows this job as a trusted
# publisher, or by a token in the secret NPM_TOKEN.
name: publish
on:
  push:
    tags: ["v*"]

jobs:
  build:
    strategy:
      matrix:
        include:
${matrix}
    runs-on: \${{ matrix.os }}
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 26
${SETUP[input] ?? ""}      - run: npm install
      - run: npm run build
      - run: node --test
      - run: mkdir -p build/\${{ matrix.target }} && mv ${name}.so* build/\${{ matrix.target }}/
${
    FOR_MUSL.includes(input)
      ? buildForMusl(name, input)
      : ""
  }      - uses: actions/upload-artifact@v5
        with:
          name: \${{ matrix.target }}
          path: build/

  publish:
    needs: build
    runs-on: ubuntu-24.04
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 26
          registry-url: https://registry.npmjs.org
      - uses: actions/download-artifact@v5
        with:
          path: build
          merge-multiple: true
      - run: npm install
      - run: npx plugin pack build/*/${name}.so --npm
      - run: for package in ./npm/${name}-* ./npm/${name}; do npm publish --provenance --access public "$package"; done
        env:
          NODE_AUTH_TOKEN: \${{ secrets.NPM_TOKEN }}
`;
}
