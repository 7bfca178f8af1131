/**
 * Keys and signatures that libraries let through and nobody should: the points
 * of small order, and second ways of writing. The vectors are computed from the
 * curve as RFC 8032, section 5.1, defines it.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { Buffer } from "node:buffer";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  isSignedBy,
  isSoundKey,
  isSoundPoint,
  keyBytes,
} from "../../../ffi/manifest/ed25519.ts";
import { keyText } from "../../../ffi/manifest/manifest.ts";
import { trustPolicy } from "../../../ffi/open/trust.ts";

// -------------------------------------------------------------------- the curve

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));

type Point = readonly [x: bigint, y: bigint];

function mod(a: bigint, m = P): bigint {
  return ((a % m) + m) % m;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base); exponent > 0n; exponent >>= 1n, b = mod(b * b)) {
    if (exponent & 1n) result = mod(result * b);
  }
  return result;
}

function inverse(a: bigint): bigint {
  return power(a, P - 2n);
}

/** An x of the point with this y, if there is one. */
function xOf(y: bigint): bigint | undefined {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  const root = power(square, (P + 3n) / 8n);
  const other = mod(root * power(2n, (P - 1n) / 4n));
  return [root, other].find((x) => mod(x * x) === square);
}

function add([a, b]: Point, [c, d]: Point): Point {
  const k = mod(D * a * b * c * d);
  return [
    mod((a * d + b * c) * inverse(1n + k)),
    mod((b * d + a * c) * inverse(1n - k)),
  ];
}

function times(n: bigint, point: Point): Point {
  let result: Point = [0n, 1n];
  for (let p = point; n > 0n; n >>= 1n, p = add(p, p)) {
    if (n & 1n) result = add(result, p);
  }
  return result;
}

const BASE_Y = mod(4n * inverse(5n));
const BASE_X = xOf(BASE_Y)!;
const BASE: Point = [BASE_X & 1n ? mod(-BASE_X) : BASE_X, BASE_Y];

/** 32 bytes, the lowest first; the sign of x is the highest bit. */
function bytesOf(number: bigint, sign = 0n): Uint8Array {
  const hex = (number | (sign << 255n)).toString(16).padStart(64, "0");
  return Uint8Array.fromHex(hex).reverse();
}

function encode([x, y]: Point): Uint8Array {
  return bytesOf(y, x & 1n);
}

/** The eight points whose order divides 8: any point, taken L times, is one. */
function torsion(): Point[] {
  const found = new Map<string, Point>();
  for (let y = 2n; found.size < 8; y++) {
    const x = xOf(y);
    if (x === undefined) continue;
    let sum: Point = [0n, 1n];
    for (let i = 0; i < 8; i++) {
      sum = add(sum, times(L, [x, y]));
      found.set(String(sum), sum);
    }
  }
  return [...found.values()];
}

const SMALL = torsion();

/** Every way of writing y, canonical or not, that has room in 255 bits; with both signs. */
function waysOf(y: bigint): Uint8Array[] {
  return [y, y + P].filter((y) => y < 2n ** 255n)
    .flatMap((y) => [bytesOf(y, 0n), bytesOf(y, 1n)]);
}

const PREFIX = "302a300506032b6570032100";

function textOf(key: Uint8Array): string {
  return Buffer.concat([Buffer.from(PREFIX, "hex"), key]).toString("base64");
}

function base64(...parts: Uint8Array[]): string {
  return Buffer.concat(parts).toString("base64");
}

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const KEY = keyText(publicKey);
const TEXT = new TextEncoder().encode("what was signed");
const SIGNATURE = sign(null, TEXT, privateKey);
const [R, S] = [SIGNATURE.subarray(0, 32), SIGNATURE.subarray(32)];

test("what was signed is signed, and nothing else", () => {
  assertEquals(isSoundKey(KEY), true);
  assertEquals(isSignedBy(TEXT, KEY, base64(SIGNATURE)), true);
  const other = new TextEncoder().encode("what was signe");
  assertEquals(isSignedBy(other, KEY, base64(SIGNATURE)), false);
  for (let bit = 0; bit < 512; bit += 37) {
    const changed = Buffer.from(SIGNATURE);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assertEquals(isSignedBy(TEXT, KEY, base64(changed)), false, `bit ${bit}`);
  }
});

test("the curve of this test is that of node:crypto", () => {
  // r and s by hand: R = rB, s = r + H(R, A, text) a, for a key of our own.
  const [a, r] = [12345678901234567890n, 98765432109876543210n];
  const [key, point] = [encode(times(a, BASE)), encode(times(r, BASE))];
  const s = mod(r + hash(point, key, TEXT) * a, L);
  assertEquals(isSignedBy(TEXT, textOf(key), base64(point, bytesOf(s))), true);
});

/** The number that Ed25519 makes of the point, the key and the text. */
function hash(...parts: Uint8Array[]): bigint {
  const digest = createHash("sha512");
  for (const part of parts) digest.update(part);
  return mod(BigInt(`0x${digest.digest().reverse().toString("hex")}`), L);
}

test("keys of small order are none, in whatever way they are written", () => {
  assertEquals(SMALL.length, 8);
  let count = 0;
  for (const y of new Set(SMALL.map(([, y]) => y))) {
    for (const key of waysOf(y)) {
      count++;
      assertEquals(isSoundPoint(key), false, key.toHex());
      assertEquals(isSoundKey(textOf(key)), false, key.toHex());
      assertThrows(() => trustPolicy([key]), TypeError, "trust[0]");
      // A signature that fits any text under the neutral element: R = sB.
      const value = base64(encode(times(7n, BASE)), bytesOf(7n));
      assertEquals(isSignedBy(TEXT, textOf(key), value), false);
    }
  }
  assertEquals(count, 14); // 5 of them, 2 in a second way, each with both signs
});

test("keys that are written in a second way are none", () => {
  // y from p on: those that 255 bits have room for are few.
  for (let more = 0n; more < 19n; more++) {
    for (const sign of [0n, 1n]) {
      const key = bytesOf(P + more, sign);
      assertEquals(isSoundPoint(key), false, key.toHex());
    }
  }
  // The same 32 bytes in another envelope, or in base64 that ends otherwise.
  const key = keyBytes(KEY)!;
  const [x] = [Buffer.from(PREFIX, "hex")];
  for (
    const der of [
      Buffer.concat([x, key, new Uint8Array(1)]),
      Buffer.concat([x, key.subarray(1)]),
      Buffer.concat([Buffer.from("302a300506032b6571032100", "hex"), key]), // Ed448's
      Buffer.concat([Buffer.from("30812a300506032b6570032100", "hex"), key]), // a longer length
    ]
  ) {
    assertEquals(keyBytes(der.toString("base64")), undefined);
    assertEquals(
      isSignedBy(TEXT, der.toString("base64"), base64(SIGNATURE)),
      false,
    );
  }
  // The last digit has bits that are no part of the bytes.
  const digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const last = digits.indexOf(KEY.at(-2)!);
  assertEquals(last % 4, 0);
  const second = `${KEY.slice(0, -2)}${digits[last + 1]}=`;
  assertEquals(Buffer.from(second, "base64").toString("base64"), KEY);
  assertEquals(keyBytes(second), undefined);
});

test("a y that no point has is no key", () => {
  let y = 3n;
  while (xOf(y) !== undefined) y++;
  const key = textOf(bytesOf(y));
  assertEquals(isSignedBy(TEXT, key, base64(SIGNATURE)), false);
  assert(!isSignedBy(TEXT, key, base64(encode(BASE), bytesOf(1n))));
});

test("signatures are written in one way, and their point is of no small order", () => {
  const s = mod(BigInt(`0x${Buffer.from(S).reverse().toString("hex")}`), L);
  // s + kL fits the same equation.
  for (let more = L; s + more < 2n ** 256n; more += L) {
    const value = base64(R, bytesOf(s + more));
    assertEquals(isSignedBy(TEXT, KEY, value), false, `${more / L}`);
  }
  for (const half of [new Uint8Array(32).fill(255), bytesOf(L), bytesOf(P)]) {
    assertEquals(isSignedBy(TEXT, KEY, base64(R, half)), false);
  }
  // R of small order: s = H(R, A, text) a is a signature that fits, for who has the key.
  const a = 12345678901234567890n;
  const key = encode(times(a, BASE));
  for (const y of new Set(SMALL.map(([, y]) => y))) {
    for (const point of waysOf(y)) {
      const value = base64(point, bytesOf(mod(hash(point, key, TEXT) * a, L)));
      assertEquals(isSignedBy(TEXT, textOf(key), value), false, point.toHex());
    }
  }
  // R in a second way.
  for (let more = 0n; more < 19n; more++) {
    const value = base64(bytesOf(P + more), S);
    assertEquals(isSignedBy(TEXT, KEY, value), false);
  }
});

test("numbers at the ends of their ranges are no signature", () => {
  const ends = [0n, 1n, 2n, L - 1n, L, L + 1n, P - 1n, P, P + 1n];
  const halves = [...ends, 2n ** 252n, 2n ** 255n - 1n, 2n ** 256n - 1n].map((
    end,
  ) => bytesOf(end));
  for (const first of [R, ...halves]) {
    for (const second of [S, ...halves]) {
      const isTrue = first === R && second === S;
      const value = base64(first, second);
      assertEquals(isSignedBy(TEXT, KEY, value), isTrue, value);
    }
  }
});

test("a signature of another length, or in other base64, is none", () => {
  const value = base64(SIGNATURE);
  for (
    const wrong of [
      "",
      base64(SIGNATURE.subarray(1)),
      base64(SIGNATURE, new Uint8Array(1)),
      base64(R),
      value.replaceAll("=", ""),
      ` ${value}`,
      `${value.slice(0, 44)}\n${value.slice(44)}`,
    ]
  ) {
    assertEquals(isSignedBy(TEXT, KEY, wrong), false, wrong);
  }
});

test("keys that are kept are not taken for each other", () => {
  const bytes = Buffer.from("text");
  const signers = Array.from({ length: 100 }, () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const der = publicKey.export({ type: "spki", format: "der" });
    return {
      key: Buffer.from(der).toString("base64"),
      value: sign(null, bytes, privateKey).toString("base64"),
    };
  });
  for (const [index, { key, value }] of [...signers, ...signers].entries()) {
    const other = signers[(index + 1) % signers.length]!;
    assert(isSignedBy(bytes, key, value));
    assert(!isSignedBy(bytes, other.key, value));
  }
});
