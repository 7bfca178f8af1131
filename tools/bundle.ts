/**
 * Makes one file of JavaScript of a module and all that it imports.
 *
 * What opening a library and calling a function of plain types does without is
 * in there as a text, which is made code when it is first needed: at once, as
 * `open` and calls cannot wait, and whatever bundles the file again has nothing
 * to find. An engine reads each function that it may have to call: with half of
 * the code a program starts 5 ms earlier on Bun, 5 to 10 on Node.
 *
 * Which functions run is in `start_functions.json`, as `start_functions.ts` saw
 * it. Any other is deferred, with all that only such functions use. Those that run
 * until the first call ends (`start_first_call.json`) stand in parentheses, at the
 * beginning: V8 takes such a function for one that is called at once and reads it
 * once, any other twice, for where it ends and when it is called. A start takes 3
 * to 4 ms less on Deno, 1 to 2 less on Node.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, transform } from "esbuild";
import ts from "typescript";
import { DEFERRED_URL } from "./start_program.ts";

/** The functions that a start runs, and those of them that every first call takes. */
const STARTED = functionsIn("start_functions.json");
const FIRST = functionsIn("start_first_call.json");

/** Functions by module; names without the numbers that make them differ in one file. */
type Functions = Readonly<Record<string, readonly string[]>>;

function functionsIn(file: string): Functions {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
}

/** How code is made short: without comments, lines and names stay what errors show. */
const SHORT = { minifyWhitespace: true, lineLimit: 120 } as const;

/** A statement of the whole file. */
export interface Unit {
  /** The module that it is from. */
  readonly module: string;
  /** What it declares. */
  readonly names: readonly string[];
  readonly node: ts.Statement;
  /** What it finds in the file. */
  readonly uses: ReadonlySet<string>;
  /** What it has as a value, and does not call by its name, when it is evaluated. */
  readonly holds: ReadonlySet<string>;
  /** What it gives another value, when it is evaluated and when one of its functions is called. */
  readonly sets: { readonly first: Set<string>; readonly later: Set<string> };
  /** Whether it is nothing without its place. */
  readonly isBound: boolean;
}

/**
 * Makes the file of the library.
 *
 * @param entry Path in the checkout.
 * @param options How.
 */
export async function bundleDeferring(
  entry: string,
  options: BuildOptions & { outdir: string; banner: { js: string } },
): Promise<void> {
  const { units, exported } = await readUnits(entry, options);
  const { start, deferred } = divide(units, exported);
  const kept = units.filter((unit) => start.has(unit) && !isFirst(unit));
  const first = units.filter((unit) => start.has(unit) && isFirst(unit));
  const others = units.filter((unit) => !start.has(unit));
  const shared = new Set(
    [...start].flatMap(({ names }) => names).filter((name) =>
      others.some(({ uses }) => uses.has(name))
    ),
  );
  const text = (await transform(printed(others), { ...SHORT })).code;
  const names = [...deferred].map(({ names }) => names[0]!);
  // No name of ours has a $ in it.
  const body = `"use strict";
const { ${[...shared].join()} } = $shared;
${text}return { ${names.join()} };
//# sourceURL=${DEFERRED_URL}`;
  const { code } = await transform(
    `var $made, $isEvaluated = false;
const $ = (name) => (...args) => $later()[name](...args);
var ${names.map((name) => `${name} = $("${name}")`).join()};
function $later() {
  if ($made !== undefined) return $made;
  const all = $compile(${JSON.stringify(body)})({ ${[...shared].join()} });
  // What comes behind is not there yet.
  if ($isEvaluated) ({ ${names.join()} } = $made = all);
  return all;
}
function $compile(text) {
  try {
    return new Function("$shared", text);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    // --disallow-code-generation-from-strings is not for node:vm.
    const { compileFunction } = globalThis.process.getBuiltinModule("node:vm");
    return compileFunction(text, ["$shared"]);
  }
}
${printed(kept)}
$isEvaluated = true;`,
    { ...SHORT, format: "esm", target: options.target! },
  );
  const file = join(options.outdir, entry.replace(/\.ts$/, ".js"));
  writeFileSync(
    file,
    `${options.banner.js}
${await readAtOnce(first, options.target!)}${code}export { ${exported.join()} };
`,
  );
}

/** Functions as V8 reads them once. What prints code leaves such parentheses out. */
async function readAtOnce(
  functions: readonly Unit[],
  target: NonNullable<BuildOptions["target"]>,
): Promise<string> {
  const texts = functions.map(async (unit) => {
    const { code } = await transform(printed([unit]), { ...SHORT, target });
    // The variable's name is the function's.
    const nameless = code.trimEnd().replace(/^(.*?function\*?)\s*[\w$]+/, "$1");
    return `var ${unit.names[0]}=(${nameless});\n`;
  });
  return (await Promise.all(texts)).join("");
}

/**
 * Makes one file of a module, and takes it apart.
 *
 * @param entry Path in the checkout.
 * @param options How.
 */
export async function readUnits(
  entry: string,
  options: BuildOptions,
): Promise<{ units: Unit[]; exported: string[] }> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [entry],
    splitting: false,
    banner: {},
    write: false,
  });
  const code = outputFiles![0]!.text;
  const file = ts.createSourceFile(
    "plugin.js",
    code,
    ts.ScriptTarget.ES2024,
    true,
    ts.ScriptKind.JS,
  );
  const statements = file.statements.filter((node) =>
    !ts.isExportDeclaration(node)
  );
  // Nothing in a function is called so: esbuild sees to that.
  const top = new Set(statements.flatMap(namesOf));
  const modules = [...code.matchAll(/^\/\/ (\S+\.\w+)$/gm)];
  const units = statements.map((node) => unitOf(node, top, modules));
  const exported = file.statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause }) =>
      (exportClause as ts.NamedExports).elements.map((one) => one.getText())
    );
  return { units, exported };
}

/** The key of a function in the list of those that run. */
export function keyOf({ module, names: [name] }: Unit): {
  module: string;
  name: string;
} {
  // The numbers behind a name change with whatever else the file has.
  return { module, name: name!.replace(/\d+$/, "") };
}

/** Whether a unit is a function. */
export function isFunction({ node }: Unit): boolean {
  return ts.isFunctionDeclaration(node);
}

function namesOf(node: ts.Node): string[] {
  if (ts.isFunctionDeclaration(node)) return [node.name!.text];
  if (!ts.isVariableStatement(node)) return [];
  const named = (name: ts.BindingName): string[] =>
    ts.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) =>
        ts.isBindingElement(element) ? named(element.name) : []
      );
  return node.declarationList.declarations.flatMap(({ name }) => named(name));
}

function unitOf(
  node: ts.Statement,
  top: ReadonlySet<string>,
  modules: readonly RegExpExecArray[],
): Unit {
  const uses = new Set<string>();
  const holds = new Set<string>();
  const sets = { first: new Set<string>(), later: new Set<string>() };
  let isBound = ts.isExpressionStatement(node);
  // What is in a function runs later, but for the blocks of a class.
  const visit = (at: ts.Node, isFirst: boolean, isInner: boolean): void => {
    if (ts.isIdentifier(at) && top.has(at.text) && !isNameOnly(at)) {
      uses.add(at.text);
      if (isFirst && !isCalled(at)) holds.add(at.text);
      if (isSet(at)) (isFirst ? sets.first : sets.later).add(at.text);
    }
    if (
      isImportMeta(at) || at.kind === ts.SyntaxKind.ThisKeyword && !isInner
    ) isBound = true;
    const isLater = ts.isFunctionLike(at);
    const isOwn = at !== node && hasOwnThis(at);
    ts.forEachChild(
      at,
      (child) => visit(child, isFirst && !isLater, isInner || isOwn),
    );
  };
  visit(node, true, false);
  const module = modules.findLast(({ index }) => index < node.getStart())?.[1];
  return {
    module: module ?? "",
    names: namesOf(node),
    node,
    uses,
    holds,
    sets,
    isBound,
  };
}

/** Whether an identifier is the name of a property, which a pattern may have too. */
function isNameOnly(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isBindingElement(parent) && parent.propertyName === node) return true;
  return (parent as { name?: ts.Node }).name === node &&
    (ts.isPropertyAccessExpression(parent) || ts.isClassElement(parent) ||
      ts.isObjectLiteralElementLike(parent) &&
        !ts.isShorthandPropertyAssignment(parent));
}

/** Whether an identifier is what is called. */
function isCalled(node: ts.Identifier): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.expression === node;
}

/** Whether a variable is given another value here. */
function isSet(node: ts.Identifier): boolean {
  let target: ts.Node = node;
  // Of a pattern it is a part.
  while (
    ts.isArrayLiteralExpression(target.parent) ||
    ts.isObjectLiteralExpression(target.parent) ||
    ts.isObjectLiteralElementLike(target.parent)
  ) target = target.parent;
  const { parent } = target;
  if (ts.isPostfixUnaryExpression(parent)) return true;
  if (ts.isPrefixUnaryExpression(parent)) {
    return parent.operator === ts.SyntaxKind.PlusPlusToken ||
      parent.operator === ts.SyntaxKind.MinusMinusToken;
  }
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) {
    return parent.initializer === target;
  }
  return ts.isBinaryExpression(parent) && parent.left === target &&
    parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
}

/** Whether `this` is another one in a node. */
function hasOwnThis(node: ts.Node): boolean {
  return ts.isClassLike(node) ||
    ts.isFunctionLike(node) && !ts.isArrowFunction(node);
}

function isImportMeta(node: ts.Node): boolean {
  return ts.isMetaProperty(node) &&
    node.keywordToken === ts.SyntaxKind.ImportKeyword;
}

/** What is there from the start, and the functions that stand there for those of the text. */
function divide(
  units: readonly Unit[],
  exported: readonly string[],
): { start: Set<Unit>; deferred: Set<Unit> } {
  const declared = new Map(
    units.flatMap((unit) => unit.names.map((name) => [name, unit] as const)),
  );
  /** Who gives a variable its value when the file is evaluated. */
  const setters = Map.groupBy(
    units.flatMap((unit) =>
      [...unit.sets.first].map((name) => ({ name, unit }))
    ),
    ({ name }) => name,
  );
  /** Variables that functions change. */
  const changing = new Set(units.flatMap(({ sets }) => [...sets.later]));
  const pinned = new Set(
    units.filter((unit) => unit.isBound || isFunction(unit) && isStarted(unit)),
  );
  while (true) {
    const start = new Set<Unit>();
    const deferred = new Set<Unit>();
    const keep = (unit: Unit): void => {
      if (isFunction(unit) && !pinned.has(unit)) {
        deferred.add(unit);
        return;
      }
      if (start.has(unit)) return;
      start.add(unit);
      deferred.delete(unit);
      for (const name of unit.names) {
        for (const { unit } of setters.get(name) ?? []) keep(unit);
      }
      // What stands for a function of the text would stay there: what checks
      // and calls look at costs each of them some 10 ns.
      for (const name of unit.holds) pinned.add(declared.get(name)!);
      for (const name of unit.uses) keep(declared.get(name)!);
    };
    for (const unit of pinned) keep(unit);
    for (const name of exported) keep(declared.get(name.split(" ")[0]!)!);
    // The text has the values that variables had when it was made.
    const unfit = units.filter((unit) =>
      !start.has(unit) &&
      [...unit.uses].some((name) =>
        changing.has(name) && start.has(declared.get(name)!)
      )
    );
    if (unfit.length === 0) return { start, deferred };
    for (const unit of unfit) pinned.add(unit);
  }
}

function isStarted(unit: Unit): boolean {
  return isAmong(STARTED, unit);
}

/** Whether it is a function that every first call takes. */
function isFirst(unit: Unit): boolean {
  return isFunction(unit) && isAmong(FIRST, unit);
}

function isAmong(functions: Functions, unit: Unit): boolean {
  const { module, name } = keyOf(unit);
  return functions[module]?.includes(name) ?? false;
}

function printed(units: readonly Unit[]): string {
  return units.map(({ node }) => node.getText()).join("\n");
}
