/**
 * The arguments with which a type is described that is public and generic: what
 * its bounds say, those of its methods, and what it has methods of its own with.
 *
 * @module
 */

import { boundsOf } from "./bounds.ts";
import type { Describing } from "./describing.ts";
import { type Env, lastOf, type Type } from "./rust_type.ts";
import {
  type FunctionItem,
  type Generics,
  type Impl,
  type Item,
  typesIn,
} from "./rustdoc.ts";

/**
 * Chooses them.
 *
 * @param wanted What the user wants them to be.
 */
export function argumentsOf(
  to: Describing,
  item: Item,
  wanted: Env | undefined,
): Type[] {
  const { generics } = (item.inner.struct ?? item.inner.enum)!;
  const params = generics.params.filter(({ kind }) => kind.type !== undefined);
  const said = wanted ?? saidByImpls(to, item, generics);
  const usual = said.size > 0 ? undefined : to.arguments.usual(item);
  if (usual?.length === params.length) return [...usual];
  const chosen = to.arguments.choose(
    withBoundsOfImpls(to, item, generics),
    said,
  );
  return params.map(({ name }) => chosen.get(name)!);
}

/** What stands for the parameters of a type that has its own methods only so: `Map<String, Value>`. */
function saidByImpls(to: Describing, item: Item, generics: Generics): Env {
  const params = generics.params.filter(({ kind }) => kind.type !== undefined);
  const given = to.impls.of(item).flatMap(({ trait, for: of }) =>
    trait === null ? [typesIn(of.resolved_path?.args)] : []
  );
  const said = new Map<string, Type>();
  for (const [index, { name }] of params.entries()) {
    const types = given.flatMap((args) => args[index] ?? []);
    if (types.some(({ generic }) => generic !== undefined)) continue;
    const found = types.map((type) => to.resolver.resolve(type, NO_ENV))
      .find((type) => to.isNamed(type));
    if (found !== undefined) said.set(name, found);
  }
  return said;
}

/** The parameters of a type, with what its methods ask of them. */
function withBoundsOfImpls(
  to: Describing,
  item: Item,
  generics: Generics,
): Generics {
  const where = to.impls.of(item).flatMap((impl) => {
    const { trait } = impl;
    const isUsed = trait === null || lastOf(trait.path) === "Iterator" ||
      to.resolver.publicItem(trait.id) !== undefined;
    if (!isUsed) return [];
    const given = typesIn(impl.for.resolved_path?.args);
    const own = generics.params.filter(({ kind }) => kind.type !== undefined);
    return own.flatMap(({ name }, index) => {
      const called = given[index]?.generic;
      if (called === undefined) return [];
      // A method may ask for more than all methods do.
      const methods = trait === null ? methodsOf(to, impl) : [];
      return [impl, ...methods].flatMap(({ generics }) => [
        ...boundsOf(generics, called).map((bound) => ({
          bound_predicate: { type: { generic: name }, bounds: [bound] },
        })),
        ...associatedIn(generics, called, name),
      ]);
    });
  });
  return {
    params: generics.params,
    where_predicates: [...generics.where_predicates, ...where],
  };
}

/** What is asked of the associated types of a parameter, `I::Item`, where that has another name. */
function associatedIn(
  { where_predicates }: Generics,
  called: string,
  name: string,
): Generics["where_predicates"] {
  return where_predicates.flatMap(({ bound_predicate }) => {
    const path = bound_predicate?.type.qualified_path;
    if (path?.self_type.generic !== called) return [];
    const qualified_path = { ...path, self_type: { generic: name } };
    const { bounds } = bound_predicate!;
    return [{ bound_predicate: { type: { qualified_path }, bounds } }];
  });
}

function methodsOf(to: Describing, { items }: Impl): FunctionItem[] {
  return items.flatMap((id) => to.doc.index[id]?.inner.function ?? []);
}

const NO_ENV: Env = new Map();
