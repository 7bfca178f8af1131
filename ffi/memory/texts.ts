/**
 * Many texts in one piece of memory.
 *
 * @module
 */

import { addressKept } from "../handle/lent.ts";
import type { Address } from "../runtime/adapter.ts";
import { displace } from "../runtime/space.ts";
import { putWord } from "../value/scalar.ts";

const ADDRESS_SIZE = 8;
const WORD = 2 ** 32;

/** What all texts together may have at most: what every engine makes one text of. */
const MOST_CHARACTERS = 2 ** 29 - 32;

const encoder = new TextEncoder();

/**
 * Writes the addresses of texts that are encoded at once, one behind the other:
 * to encode, keep and address each by itself takes ten times as long. A null has
 * no address.
 *
 * @param view The memory.
 * @param at Where in it.
 * @param values Anything; each is read once.
 * @param held Takes the memory of the texts.
 * @returns Undefined when these are not texts and nulls alone, or too many, and
 * nothing is written; false when one has a NUL or is not well formed.
 */
export function writeTexts(
  view: DataView,
  at: number,
  values: readonly unknown[],
  held: unknown[],
): boolean | undefined {
  const texts = textsOf(values);
  if (texts === undefined) return undefined;
  const whole = `${texts.join("\0")}\0`;
  if (!whole.isWellFormed()) return false;
  const bytes = encoder.encode(whole);
  const put = putterOf(addressKept(bytes, held), bytes.length);
  let start = 0;
  for (let i = 0; i < texts.length; i++) {
    const here = at + i * ADDRESS_SIZE;
    if (texts[i] === null) putWord(view, here, 0);
    else put(view, here, start);
    while (bytes[start] !== 0) start++;
    start++;
  }
  return start === bytes.length; // one with a NUL within ends too early
}

/**
 * What writes an address within some memory.
 *
 * @param address Where the memory begins.
 * @param size How many bytes it has.
 */
function putterOf(
  address: Address,
  size: number,
): (view: DataView, at: number, offset: number) => void {
  const low = Number(address) % WORD;
  const high = Math.floor(Number(address) / WORD);
  return typeof address === "number" && low + size <= WORD
    ? (view, at, offset) => {
      view.setUint32(at, low + offset, true);
      view.setUint32(at + 4, high, true);
    }
    : (view, at, offset) => putWord(view, at, displace(address, offset));
}

function textsOf(values: readonly unknown[]): (string | null)[] | undefined {
  const texts: (string | null)[] = [];
  let characters = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "string" && value !== null) return undefined;
    characters += (value?.length ?? 0) + 1;
    if (characters > MOST_CHARACTERS) return undefined;
    texts.push(value);
  }
  return texts.length === 0 ? undefined : texts;
}
