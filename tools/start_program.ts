/**
 * A program that opens a library and calls functions of plain types: what it
 * runs is what packages have as code, and the rest is a text.
 *
 * @module
 */

/** What the text is called, in errors and for tests. */
export const DEFERRED_URL = "plugin-later.js";

/** The source of the library: scalars, texts and memory, in and out. */
export const START_SOURCE = "tests/fixtures/plain_start.c";

/** How it begins: whatever else a program does, it opens a plugin and calls a function. */
export const FIRST_CALL = `
const plugin = open(library);
const expect = (got, wanted) => {
  if (got !== wanted) throw new Error(\`\${got}, wanted \${wanted}\`);
};
expect(plugin.lookup("add", "(i32, i32) => i32")(2, 3), 5);
`;

/** The program, for the library and the module that it is given. */
export const START_PROGRAM = `${FIRST_CALL}
const { add, half, not, large, length, name, fill } = plugin.symbols;
const bytes = new Uint8Array(4);
for (let round = 0; round < 3; round++) {
  expect(add(2, 3), 5);
  expect(half(3), 1.5);
  expect(not(true), false);
  expect(large(1n, 2n), 3n);
  expect(length("plain text"), 10);
  expect(name(), "plain");
  fill(bytes, 4);
  expect(bytes[3], 7);
}
// What is wrong with an argument is told as soon: it may be no more than a try.
for (
  const wrong of [
    () => add("2", 3),
    () => add(2.5, 3),
    () => add(2),
    () => half(1n),
    () => large(2n ** 64n, 0n),
    () => length(5),
    () => fill("bytes", 4),
  ]
) {
  let told;
  try {
    wrong();
  } catch (error) {
    told = error.message;
  }
  expect(told?.includes("(): "), true);
}
expect(open(library), plugin);
`;
