/**
 * The dynamic symbols of an ELF file: which it exports, found by the loader's
 * own hash table, and which its relocations name. Names and numbers are from
 * the System V ABI, chapters 4 and 5, and from the GNU hash section as glibc
 * reads it.
 *
 * @module
 */

import { type ElfIdentity, offsetOf, u64 } from "./elf.ts";

const DT_PLTRELSZ = 2;
const DT_HASH = 4;
const DT_SYMTAB = 6;
const DT_RELA = 7;
const DT_RELASZ = 8;
const DT_STRSZ = 10;
const DT_JMPREL = 23;
const DT_RELACOUNT = 0x6ffffff9;
const DT_GNU_HASH = 0x6ffffef5;

/** Bytes of `Elf64_Sym`: name, info, other, section, value, size. */
const SYM = 24;
/** Bytes of `Elf64_Rela`: offset, info, addend. */
const RELA = 24;
const STB_WEAK = 2;
const STT_OBJECT = 1;
const STT_TLS = 6;
/** Hashes for which the table is not read as a whole. */
const FEW = 16;
/** Symbols that are read at a time. */
const BLOCK = 1024;
/** Most bytes of one table that are read. */
const MAX_TABLE = 64 * 2 ** 20;

/** A relocation that names a symbol. */
export interface Relocation {
  /** Where the loader writes, from where the library begins. */
  readonly address: number;
  /** Of the machine's kinds. */
  readonly type: number;
  readonly symbol: string;
  /** What is added to the symbol's address. */
  readonly addend: number;
}

/** An exported symbol as a hash table has it. */
export interface Hashed {
  /** Its number among the dynamic symbols. */
  readonly index: number;
  /** Its hash; the last bit is not known. */
  readonly hash: number;
}

/** The GNU hash table of a file. */
interface Table {
  /** Where it lies in the file. */
  readonly offset: number;
  readonly buckets: number;
  /** The first symbol that it has. */
  readonly first: number;
  /** 32-bit halves of the words of the Bloom filter. */
  readonly bloom: Uint32Array;
  readonly shift: number;
}

/** Reads the dynamic symbols of one file, while it is open. */
export class DynamicSymbols {
  readonly #elf: ElfIdentity;
  /** Null where the file has none; undefined before it is first asked for. */
  #table: Table | null | undefined;
  #chains: { buckets: Uint32Array; chain: Uint32Array } | undefined;
  /** How often the filter has let a hash pass. */
  #asked = 0;
  #names: Uint8Array | undefined;
  readonly #blocks = new Map<number, DataView>();

  /** @param elf The file. */
  constructor(elf: ElfIdentity) {
    this.#elf = elf;
  }

  get #gnu(): Table | undefined {
    if (this.#table === undefined) this.#table = this.#readTable() ?? null;
    return this.#table ?? undefined;
  }

  /** Every symbol that it exports. */
  *exported(): Generator<Hashed> {
    if (this.#gnu === undefined) {
      yield* this.#exportedBySysv();
      return;
    }
    const { first } = this.#gnu;
    const { chain } = this.#readChains();
    for (let i = 0; i < chain.length; i++) {
      yield { index: first + i, hash: chain[i]! };
    }
  }

  /**
   * Which symbols may have a name of this hash: mostly none.
   *
   * @param hash The last bit does not matter.
   */
  withHash(hash: number): number[] {
    const table = this.#gnu;
    if (table === undefined) return [];
    const { bloom, shift, buckets: count, first } = table;
    const even = (hash & ~1) >>> 0;
    const words = bloom.length / 2;
    const word = (Math.floor(even / 64) % words) * 2;
    const second = (even >>> shift) & 63;
    const has = (bit: number) =>
      (bloom[word + (bit >> 5)]! >>> (bit & 31) & 1) === 1;
    if (!has(second) || !has(even & 63) && !has(even & 63 | 1)) return [];
    // For a few, to read all of the table takes longer than what is needed.
    if (this.#chains === undefined && this.#asked++ >= FEW) this.#readChains();
    const found: number[] = [];
    for (const whole of [even, even + 1]) {
      let at = this.#bucket(whole % count) - first;
      while (at >= 0) {
        const there = this.#link(at);
        if (there === undefined) break;
        if ((there & ~1) >>> 0 === even) found.push(first + at);
        if ((there & 1) === 1) break;
        at++;
      }
    }
    return found;
  }

  #bucket(at: number): number {
    return this.#chains?.buckets[at] ??
      this.#words(this.#start() + at * 4, 1)[0] ?? 0;
  }

  #link(at: number): number | undefined {
    if (this.#chains !== undefined) return this.#chains.chain[at];
    return this.#words(this.#start() + (this.#gnu!.buckets + at) * 4, 1)[0];
  }

  /** Where the buckets lie in the file; behind them are the chains. */
  #start(): number {
    const { offset, bloom } = this.#gnu!;
    return offset + 16 + bloom.length * 4;
  }

  /** The name of a symbol. */
  name(index: number): string {
    const names = this.#names ??= this.#readNames();
    const start = this.#symbol(index)?.getUint32(0, true) ?? names.length;
    const end = names.indexOf(0, start);
    return decoder.decode(names.subarray(start, end < 0 ? undefined : end));
  }

  /** Where it is, from where the file is loaded. */
  value(index: number): number {
    const symbol = this.#symbol(index);
    return symbol === undefined ? 0 : u64(symbol, 8);
  }

  /** Whether another definition may stand in for a symbol. */
  isWeak(index: number): boolean {
    return (this.#symbol(index)?.getUint8(4) ?? 0) >>> 4 === STB_WEAK;
  }

  /**
   * Whether a relocation names a symbol that the file has itself, so that
   * another's can take its place: mostly none. Neither names nor hashes are
   * read for it.
   */
  usesOwn(): boolean {
    const seen = new Set<number>();
    for (const { index } of this.#entries()) {
      if (seen.has(index)) continue;
      seen.add(index);
      // One that cannot be read may be anything.
      const symbol = this.#symbol(index);
      if (symbol === undefined || symbol.getUint16(6, true) !== 0) return true;
    }
    return false;
  }

  /** Whether the file exports a symbol. */
  has(symbol: string): boolean {
    return this.#find(symbol) !== undefined;
  }

  /** Whether it exports one that is data: nothing of it can be called. */
  isData(symbol: string): boolean {
    const index = this.#find(symbol);
    const info = index === undefined ? 0 : this.#symbol(index)!.getUint8(4);
    return (info & 15) === STT_OBJECT || (info & 15) === STT_TLS;
  }

  #find(symbol: string): number | undefined {
    const found = this.#gnu === undefined
      ? Array.from(this.#exportedBySysv(), ({ index }) => index)
      : this.withHash(gnuHash(symbol));
    return found.find((index) => this.name(index) === symbol);
  }

  /** Whether it has the loader find a symbol by its name. */
  refersTo(symbol: string): boolean {
    for (const relocation of this.relocations()) {
      if (relocation.symbol === symbol) return true;
    }
    return false;
  }

  /** The relocations that name symbols, those of calls first. */
  *relocations(): Generator<Relocation> {
    const names = new Map<number, string>();
    for (const { index, table, at } of this.#entries()) {
      let symbol = names.get(index);
      if (symbol === undefined) names.set(index, symbol = this.name(index));
      const type = table.getUint32(at + 8, true);
      const addend = Number(table.getBigInt64(at + 16, true));
      yield { address: u64(table, at), type, symbol, addend };
    }
  }

  /** Where the relocations lie that name symbols, and which. */
  *#entries(): Generator<{ index: number; table: DataView; at: number }> {
    const { source } = this.#elf;
    const tag = (name: number) => this.#elf.dynamic!.tags.get(name) ?? 0;
    const relative = tag(DT_RELACOUNT);
    const tables = [
      [this.#at(DT_JMPREL), tag(DT_PLTRELSZ), 0],
      [this.#at(DT_RELA), tag(DT_RELASZ), relative * RELA],
    ] as const;
    for (const [offset, size, skipped] of tables) {
      if (offset === undefined || size <= skipped || size > MAX_TABLE) continue;
      const table = source.read(offset + skipped, size - skipped);
      for (let at = 0; at + RELA <= table.byteLength; at += RELA) {
        const index = table.getUint32(at + 12, true);
        if (index !== 0) yield { index, table, at };
      }
    }
  }

  /** An entry of the table; undefined where the file ends before it. */
  #symbol(index: number): DataView | undefined {
    const first = index - index % BLOCK;
    let block = this.#blocks.get(first);
    if (block === undefined) {
      const at = (this.#at(DT_SYMTAB) ?? Infinity) + first * SYM;
      // Mostly the names follow, and those of small libraries are in its head.
      const room = this.#elf.dynamic!.names - at;
      const size = room > 0 ? Math.min(room, BLOCK * SYM) : BLOCK * SYM;
      block = this.#elf.source.read(at, size);
      this.#blocks.set(first, block);
    }
    const at = (index - first) * SYM;
    return at + SYM > block.byteLength
      ? undefined
      : new DataView(block.buffer, block.byteOffset + at, SYM);
  }

  #readNames(): Uint8Array {
    const { names, tags } = this.#elf.dynamic!;
    const size = Math.min(tags.get(DT_STRSZ) ?? 0, MAX_TABLE);
    const { buffer, byteOffset, byteLength } = this.#elf.source.read(
      names,
      size,
    );
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  /** Where a table lies in the file. */
  #at(tag: number): number | undefined {
    return offsetOf(this.#elf.segments, this.#elf.dynamic?.tags.get(tag));
  }

  #words(offset: number, count: number): Uint32Array {
    if (count * 4 > MAX_TABLE) return new Uint32Array(0);
    const view = this.#elf.source.read(offset, count * 4);
    const from = view.byteOffset;
    return new Uint32Array(
      view.buffer.slice(from, from + (view.byteLength & ~3)) as ArrayBuffer,
    );
  }

  /** Its head is: buckets, first symbol, 64-bit words of the filter, shift. */
  #readTable(): Table | undefined {
    const offset = this.#at(DT_GNU_HASH);
    if (offset === undefined || this.#at(DT_SYMTAB) === undefined) {
      return undefined;
    }
    const [buckets = 0, first = 0, words = 0, shift = 0] = this.#words(
      offset,
      4,
    );
    const bloom = this.#words(offset + 16, words * 2);
    return buckets === 0 || bloom.length === 0
      ? undefined
      : { offset, buckets, first, bloom, shift };
  }

  /** The chains end where the last one that begins in a bucket does. */
  #readChains(): { buckets: Uint32Array; chain: Uint32Array } {
    if (this.#chains !== undefined) return this.#chains;
    const { buckets: count, first } = this.#gnu!;
    const start = this.#start();
    const buckets = this.#words(start, count);
    let last = 0;
    for (const begin of buckets) if (begin > last) last = begin;
    let chain: Uint32Array = new Uint32Array(0);
    let end = last - first;
    let length = end + 64;
    while (end >= 0 && end < length) {
      chain = this.#words(start + count * 4, length);
      while (end < chain.length && (chain[end]! & 1) === 0) end++;
      if (end < chain.length) chain = chain.subarray(0, end + 1);
      if (chain.length < length) break; // it ends, or the file does
      length *= 4;
    }
    return this.#chains = { buckets, chain };
  }

  /** The older table has no hashes, and the symbols that are not exported as well. */
  *#exportedBySysv(): Generator<Hashed> {
    const offset = this.#at(DT_HASH);
    if (offset === undefined || this.#at(DT_SYMTAB) === undefined) return;
    const [, count = 0] = this.#words(offset, 2);
    for (let index = 1; index < Math.min(count, MAX_TABLE / SYM); index++) {
      const symbol = this.#symbol(index);
      if (symbol === undefined) return;
      if (symbol.getUint16(6, true) === 0) continue; // one that it needs
      yield { index, hash: gnuHash(this.name(index)) };
    }
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The hash of a name, as the loader computes it. */
export function gnuHash(name: string): number {
  let hash = 5381;
  for (const byte of encoder.encode(name)) {
    hash = (Math.imul(hash, 33) + byte) >>> 0;
  }
  return hash;
}
