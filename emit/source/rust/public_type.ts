/**
 * The arguments with which a type is described that is public and generic: what
 * its bounds say, those of its methods, and what it has methods of its own with.
 *
 * @module
 */

import { boundsOf, isOfAnything, OF_NUMBERS } from "./bounds.ts";
import type { Resolver } from "./resolve_type.ts";
import { ANY_VALUE, type Env, lastOf, type Type } from "./rust_type.ts";
import {
  type FunctionItem,
  type Generics,
  type Impl,
  isIn,
  type Item,
  type Rustdoc,
  typesIn,
} from "./rustdoc.ts";
import { isNamed } from "./spell_type.ts";
import type { TypeImpls } from "./type_impls.ts";

/** What is asked about a crate. */
export interface Asked {
  readonly doc: Rustdoc;
  readonly resolver: Resolver;
  readonly impls: TypeImpls;
  /** What chooses arguments of type parameters. */
  readonly arguments: {
    usual(item: Item): readonly Type[] | undefined;
    choose(generics: Generics, around: Env): Env;
  };
}

/**
 * Chooses them.
 *
 * @param wanted What the user wants them to be.
 */
export function argumentsOf(
  to: Asked,
  item: Item,
  wanted: Env | undefined,
): Type[] {
  const { generics } = (item.inner.struct ?? item.inner.enum)!;
  const params = generics.params.filter(({ kind }) => kind.type !== undefined);
  const said = wanted ?? saidByImpls(to, item, generics);
  const usual = said.size > 0 ? undefined : to.arguments.usual(item);
  if (usual?.length === params.length) return [...usual];
  const asked = withBoundsOfImpls(to, item, generics);
  const known = new Map(said);
  for (const { name, kind } of params) {
    const isAny = kind.type!.default === null && !known.has(name) &&
      isOfAnything(boundsOf(asked, name)) && !isTold(name, asked);
    if (isAny) known.set(name, ANY_VALUE);
  }
  const chosen = to.arguments.choose(asked, known);
  return params.map(({ name }) => chosen.get(name)!);
}

/** What stands for the parameters of a type that has its own methods only so: `Map<String, Value>`. */
function saidByImpls(to: Asked, item: Item, generics: Generics): Env {
  const params = generics.params.filter(({ kind }) => kind.type !== undefined);
  const given = to.impls.of(item).flatMap(({ trait, for: of }) =>
    trait === null ? [typesIn(of.resolved_path?.args)] : []
  );
  const said = new Map<string, Type>();
  for (const [index, { name }] of params.entries()) {
    const types = given.flatMap((args) => args[index] ?? []);
    if (types.some(({ generic }) => generic !== undefined)) continue;
    const found = types.map((type) => to.resolver.resolve(type, NO_ENV))
      .find(isNamed);
    if (found !== undefined) said.set(name, found);
  }
  return said;
}

/** Whether what is asked of others says what a parameter is. */
function isTold(name: string, generics: Generics): boolean {
  return generics.params.some((one) =>
    one.name !== name && isIn(name, boundsOf(generics, one.name))
  ) || generics.where_predicates.some(({ bound_predicate }) =>
    bound_predicate?.type.generic !== name && isIn(name, bound_predicate)
  );
}

/** The parameters of a type, with what its methods ask of them. */
function withBoundsOfImpls(
  to: Asked,
  item: Item,
  generics: Generics,
): Generics {
  const where = to.impls.of(item).flatMap((impl) => {
    const { trait } = impl;
    const isUsed = trait === null || lastOf(trait.path) === "Iterator" ||
      to.resolver.publicItem(trait.id) !== undefined;
    const given = typesIn(impl.for.resolved_path?.args);
    const own = generics.params.filter(({ kind }) => kind.type !== undefined);
    return own.flatMap(({ name }, index) => {
      const called = given[index]?.generic;
      if (called === undefined) return [];
      // A method may ask for more than all methods do.
      const methods = trait === null ? methodsOf(to, impl) : [];
      return [impl, ...methods].flatMap(({ generics }) => [
        ...boundsOf(generics, called)
          // Of what can be added up it is a number, whoever else has it.
          .filter(({ trait_bound }) =>
            isUsed || OF_NUMBERS.test(lastOf(trait_bound?.trait.path ?? ""))
          )
          // What is asked for by one method alone is no key.
          .filter((bound) =>
            generics === impl.generics || !isOfAnything([bound], true)
          )
          .map((bound) => ({
            bound_predicate: { type: { generic: name }, bounds: [bound] },
          })),
        ...isUsed ? associatedIn(generics, called, name) : [],
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

function methodsOf(to: Asked, { items }: Impl): FunctionItem[] {
  return items.flatMap((id) => to.doc.index[id]?.inner.function ?? []);
}

const NO_ENV: Env = new Map();
