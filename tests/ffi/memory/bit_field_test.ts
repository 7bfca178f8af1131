import { inspect } from "node:util";
import { test } from "../../helpers/test.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { open, type Plugin } from "@native/plugin";
import { buildAfresh } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";

/** Compilers count bits from either end, by the version of the debug information. */
const WAYS = [
  ["gcc", "-gdwarf-3"],
  ["gcc", "-gdwarf-5"],
  ["clang", "-gdwarf-3"],
  ["clang", "-gdwarf-5"],
] as const;

async function built(compiler: string, flag: string): Promise<Plugin> {
  const build = () => buildAfresh("bits.c", flag, "-w");
  return open(await withVariable("CC", compiler, build));
}

/** Members, and values that they can have: the ends, and patterns. */
const MEMBERS: Record<string, Record<string, readonly unknown[]>> = {
  many: {
    a: [-16, -1, 0, 15, 9],
    b: [0, 2047, 1365],
    c: [-(2n ** 39n), -1n, 0n, 2n ** 39n - 1n, 0x55_5555_5555n],
    d: [true, false],
    e: [0, 3, 1],
    f: [0n, 2n ** 64n - 1n, 0x1234_5678_9abc_def1n],
  },
  tight: {
    a: [0, 7, 5],
    b: [0n, 2n ** 62n - 1n, 0x1234_5678_9abc_def1n],
    c: [-(2 ** 30), -1, 2 ** 30 - 1, 0x1234_5678],
  },
  nested: { last: [0, 511, 341] },
};

for (const [compiler, flag] of WAYS) {
  test(
    `bit-fields of ${compiler} ${flag} are read and written`,
    need(compiler, "cc"),
    async () => {
      const plugin = await built(compiler, flag);
      for (const [name, members] of Object.entries(MEMBERS)) {
        const Type = plugin.type(name);
        for (const pattern of [0, 0xff]) {
          for (const [member, values] of Object.entries(members)) {
            const get = plugin.lookup(`get_${name}_${member}`);
            const set = plugin.lookup(`set_${name}_${member}`);
            for (const value of values) {
              const same = (given: unknown) =>
                assertEquals(
                  typeof given === "bigint" ? given : BigInt(given as number),
                  BigInt(value as number),
                  `${name}.${member} = ${value}`,
                );
              const made = new Type();
              // Its neighbours are all zeros, or all ones.
              for (const [other, [least, most]] of Object.entries(members)) {
                if (other !== member) {
                  made[other] = pattern === 0 ? least : most;
                }
              }
              const before = { ...Type.toObject(made) };
              made[member] = value;
              same(get(made));
              same(made[member]);
              set(made, values[0]);
              set(made, value);
              same(made[member]);
              // No neighbour has changed.
              assertEquals({ ...Type.toObject(made) }, {
                ...before,
                [member]: value,
              });
              // By value, both ways.
              const back = plugin.lookup(`${name}_back`)(Type.toObject(made));
              assertEquals({ ...back }, { ...Type.toObject(made) });
              assertEquals({ ...plugin.lookup(`${name}_back`)(made) }, {
                ...Type.toObject(made),
              });
            }
          }
        }
      }
      const make = plugin.lookup("make");
      assertEquals({ ...make() }, { level: 5, buffering: 1, other: 7 });
      assertEquals({
        ...plugin.lookup("bump")({ level: 6, buffering: 0, other: 1 }),
      }, {
        level: 7,
        buffering: 0,
        other: 2,
      });
      const Conf = plugin.type("conf");
      const made = new Conf({ buffering: 1, level: 2 });
      assertEquals(plugin.lookup("conf_buffering")(made), 1);
      assertEquals(plugin.lookup("conf_level")(made), 2);
    },
  );

  test(
    `bit-fields of ${compiler} ${flag} lie over others in a union`,
    need(compiler, "cc"),
    async () => {
      const plugin = await built(compiler, flag);
      const current = plugin.lookup("current");
      assertEquals(
        [
          current.value.low,
          current.value.mid,
          current.value.high,
          current.value.top,
        ],
        [0x8, 0x34567, 0x12, 0x2345678],
      );
      current.value.mid = 0xabcde;
      assertEquals(current.value.all, 0x12ab_cde8);
      const back = plugin.lookup("word_back");
      assertEquals(back({ low: 1, high: 2 }).all, 0x0200_0001);
      assertEquals(back({ top: 0xfffffff }).mid, 0xfffff);
      assertThrows(
        () => back({ low: 1, top: 2 }),
        TypeError,
        'got "low" and "top"',
      );
      const word = back({ all: 0 });
      word.high = 0xff;
      assertEquals(back(word).all, 0xff00_0000);
      assert(inspect(word).includes("high: 255"));
    },
  );
}

test(
  "a value that has too many bits is refused, cold and warm",
  need("cc"),
  async () => {
    const plugin = open(await buildAfresh("bits.c", "-w"));
    const Many = plugin.type("many");
    const back = plugin.lookup("conf_level");
    const made = new Many();
    const refused: [string, unknown, ErrorConstructor, string][] = [
      ["a", 16, RangeError, "many.a: wanted an integer from -16 to 15, got 16"],
      ["a", -17, RangeError, "got -17"],
      ["a", 1.5, RangeError, "got 1.5"],
      ["a", "1", TypeError, 'got the string "1"'],
      ["a", 1n, TypeError, "got the bigint 1n"],
      ["b", 2048, RangeError, "wanted an integer from 0 to 2047, got 2048"],
      ["b", -1, RangeError, "got -1"],
      [
        "c",
        2n ** 39n,
        RangeError,
        "wanted a bigint from -549755813888 to 549755813887, or a safe integer",
      ],
      ["d", 1, TypeError, "wanted true or false, got 1"],
      ["e", 4, RangeError, "wanted an integer from 0 to 3"],
      ["f", -1n, RangeError, "wanted a bigint from 0 to 18446744073709551615"],
      ["f", 2n ** 64n, RangeError, "wanted a bigint from 0"],
    ];
    for (const [member, value, kind, text] of refused) {
      const write = () => made[member] = value;
      assertThrows(write, kind, text);
      for (let i = 0; i < 5000; i++) {
        try {
          write();
          throw new Error("it was written");
        } catch (error) {
          assertEquals(error instanceof kind, true);
        }
      }
    }
    assertThrows(
      () => plugin.lookup("bump")({ level: 8, buffering: 0, other: 0 }),
      RangeError,
      "bump(): argument 1 (c).level: wanted an integer from 0 to 7, got 8",
    );
    assertEquals(back(new (plugin.type("conf"))({ level: 7 })), 7);
  },
);

for (const compiler of ["gcc", "clang"]) {
  test(
    `${compiler}: a bit-field as wide as its type is right, or has no place`,
    need(compiler, "cc"),
    async () => {
      const plugin = await built(compiler, "-O1");
      const Type = plugin.type("packed");
      const { skipped = {} } = plugin.manifest.types.packed as {
        skipped?: object;
      };
      // clang 14 and older say only in which byte they begin.
      const known = ["wide", "wider", "byte"].filter((name) =>
        !Object.hasOwn(skipped, name)
      );
      assert(compiler === "clang" || known.length === 3);
      const made = new Type();
      const fill = plugin.lookup("fill_packed");
      fill(made);
      const wanted: Record<string, number> = {
        first: 21,
        wide: 0xa5,
        wider: 0x12345678,
        byte: 0x7e,
        last: 2,
      };
      for (const name of ["first", ...known, "last"]) {
        assertEquals(made[name], wanted[name], name);
      }
    },
  );
}
