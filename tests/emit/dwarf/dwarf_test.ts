import { assertEquals, assertThrows } from "@std/assert";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import * as dw from "../../../emit/dwarf/dw_constants.ts";
import { DebugInfo } from "../../../emit/dwarf/debug_info.ts";
import { printCType } from "../../../emit/dwarf/c_type.ts";
import { Types } from "../../../emit/dwarf/type_reader.ts";
import { EmitError } from "../../../emit/error.ts";
import {
  cstring,
  type Die,
  fixed,
  image,
  uleb,
  type Value,
  write,
} from "../helpers/dwarf_writer.ts";
import { assertManifest } from "../helpers/library.ts";
import { summarize } from "../helpers/summary.ts";

const name = (text: string) =>
  [dw.DW_AT_name, dw.DW_FORM_string, cstring(text)] as const;
const type = (label: string) =>
  [dw.DW_AT_type, dw.DW_FORM_ref4, label] as const;
const size = (bytes: number) =>
  [dw.DW_AT_byte_size, dw.DW_FORM_data1, [bytes]] as const;
const at = (offset: number) =>
  [dw.DW_AT_data_member_location, dw.DW_FORM_data1, [offset]] as const;
const external = [dw.DW_AT_external, dw.DW_FORM_flag_present, []] as const;
const prototyped = [dw.DW_AT_prototyped, dw.DW_FORM_flag_present, []] as const;

const int: Die = {
  label: "int",
  tag: dw.DW_TAG_base_type,
  attributes: [name("int"), size(4), [dw.DW_AT_encoding, dw.DW_FORM_data1, [
    5,
  ]]],
};

function unit(...children: Die[]): Die {
  return { tag: dw.DW_TAG_compile_unit, attributes: [], children };
}

/** `void f(T)` with `T` the entry of that label. */
function takes(label: string): Die {
  return {
    tag: dw.DW_TAG_subprogram,
    attributes: [name("f"), external, prototyped],
    children: [{
      tag: dw.DW_TAG_formal_parameter,
      attributes: [name("x"), type(label)],
    }],
  };
}

function described(...dies: Die[]): string {
  const description = describe(image(write(unit(...dies)), "f"));
  assertManifest(description);
  return summarize(description);
}

test("Entry steps over and decodes every form", () => {
  const constants: [number, number[], bigint][] = [
    [dw.DW_FORM_data1, [0xff], 0xffn],
    [dw.DW_FORM_data2, [1, 2], 0x201n],
    [dw.DW_FORM_data4, [1, 2, 3, 4], 0x4030201n],
    [dw.DW_FORM_data8, fixed(2n ** 63n, 8), 2n ** 63n],
    [dw.DW_FORM_data16, fixed(2n ** 127n, 16), 2n ** 127n],
    [dw.DW_FORM_udata, [0x81, 1], 129n],
    [dw.DW_FORM_sdata, [0x7e], -2n],
    [dw.DW_FORM_implicit_const, [0x7d], -3n],
    [dw.DW_FORM_indirect, [dw.DW_FORM_data2, 7, 0], 7n],
  ];
  const skipped: [number, number[]][] = [
    [dw.DW_FORM_addr, fixed(1, 8)],
    [dw.DW_FORM_block1, [2, 9, 9]],
    [dw.DW_FORM_block2, [2, 0, 9, 9]],
    [dw.DW_FORM_block4, [2, 0, 0, 0, 9, 9]],
    [dw.DW_FORM_block, [2, 9, 9]],
    [dw.DW_FORM_exprloc, [2, 9, 9]],
    [dw.DW_FORM_string, cstring("text")],
    [dw.DW_FORM_strp, fixed(0, 4)],
    [dw.DW_FORM_line_strp, fixed(0, 4)],
    [dw.DW_FORM_strp_sup, fixed(0, 4)],
    [dw.DW_FORM_sec_offset, fixed(0, 4)],
    [dw.DW_FORM_flag, [1]],
    [dw.DW_FORM_flag_present, []],
    [dw.DW_FORM_ref_addr, fixed(0, 4)],
    [dw.DW_FORM_ref1, [1]],
    [dw.DW_FORM_ref2, [1, 2]],
    [dw.DW_FORM_ref4, fixed(1, 4)],
    [dw.DW_FORM_ref8, fixed(1, 8)],
    [dw.DW_FORM_ref_udata, uleb(300)],
    [dw.DW_FORM_ref_sig8, fixed(1, 8)],
    [dw.DW_FORM_ref_sup4, fixed(1, 4)],
    [dw.DW_FORM_ref_sup8, fixed(1, 8)],
    [dw.DW_FORM_strx, uleb(300)],
    [dw.DW_FORM_strx1, [1]],
    [dw.DW_FORM_strx2, [1, 2]],
    [dw.DW_FORM_strx3, [1, 2, 3]],
    [dw.DW_FORM_strx4, [1, 2, 3, 4]],
    [dw.DW_FORM_addrx, uleb(300)],
    [dw.DW_FORM_addrx1, [1]],
    [dw.DW_FORM_addrx2, [1, 2]],
    [dw.DW_FORM_addrx3, [1, 2, 3]],
    [dw.DW_FORM_addrx4, [1, 2, 3, 4]],
    [dw.DW_FORM_loclistx, uleb(300)],
    [dw.DW_FORM_rnglistx, uleb(300)],
    [dw.DW_FORM_GNU_addr_index, uleb(300)],
    [dw.DW_FORM_GNU_str_index, uleb(300)],
    [dw.DW_FORM_GNU_ref_alt, fixed(0, 4)],
    [dw.DW_FORM_GNU_strp_alt, fixed(0, 4)],
  ];
  // Attributes 0x3000 and up are nobody's; a known value stands behind each form.
  const attributes: [number, number, Value][] = [
    ...constants.map(([form, bytes]): [number, Value] => [form, bytes]),
    ...skipped,
  ].flatMap(([form, bytes], index): [number, number, Value][] => [
    [0x3000 + index, form, bytes],
    [0x3100 + index, dw.DW_FORM_data1, [index]],
  ]);
  const sections = image(
    write({ tag: dw.DW_TAG_compile_unit, attributes }),
  );
  const info = new DebugInfo(sections);
  const root = info.root(info.unit(info.headers[0]!))!;
  for (const [index, [, , value]] of constants.entries()) {
    assertEquals(root.integer(0x3000 + index), value);
  }
  for (let index = 0; index < attributes.length / 2; index++) {
    assertEquals(root.number(0x3100 + index), index);
  }
  assertEquals(root.integer(0x3fff), undefined);
});

test("Entry.reference() of DWARF 2 is as wide as an address", () => {
  const variable: Die = {
    tag: dw.DW_TAG_variable,
    attributes: [
      [dw.DW_AT_type, dw.DW_FORM_ref_addr, fixed(12, 8)],
      [dw.DW_AT_name, dw.DW_FORM_string, cstring("v")],
    ],
  };
  const root = {
    tag: dw.DW_TAG_compile_unit,
    attributes: [],
    children: [int, variable],
  };
  const written = image(write(root, 2));
  const info = new DebugInfo(written);
  const children = [...info.children(info.root(info.unit(info.headers[0]!))!)];
  assertEquals(children[1]!.string(dw.DW_AT_name), "v");
  assertEquals(printCType(new Types(info).of(children[1]!), "v"), "int v");
});

test("describe() reads an array bound of -1 as no elements", () => {
  for (
    const bound of [[dw.DW_FORM_data8, fixed(-1n, 8)], [
      dw.DW_FORM_data4,
      fixed(-1n, 4),
    ], [dw.DW_FORM_sdata, [0x7f]]] as const
  ) {
    const array: Die = {
      label: "array",
      tag: dw.DW_TAG_array_type,
      attributes: [type("int")],
      children: [{
        tag: dw.DW_TAG_subrange_type,
        attributes: [[dw.DW_AT_upper_bound, bound[0], bound[1]]],
      }],
    };
    const pointer: Die = {
      label: "pointer",
      tag: dw.DW_TAG_pointer_type,
      attributes: [size(8), type("array")],
    };
    assertEquals(
      described(int, array, pointer, takes("pointer")),
      "\nfunc f: (*[0]i32) => void [x]\n",
    );
  }
});

test("describe() reads member offsets as DWARF 2 writes them", () => {
  const struct: Die = {
    label: "struct",
    tag: dw.DW_TAG_structure_type,
    attributes: [name("S"), size(8)],
    children: ["a", "b"].map((field, index) => ({
      tag: dw.DW_TAG_member,
      attributes: [name(field), type("int"), [
        dw.DW_AT_data_member_location,
        dw.DW_FORM_block1,
        [2, dw.DW_OP_plus_uconst, index * 4],
      ]],
    })),
  };
  assertEquals(
    described(int, struct, takes("struct")),
    "struct S: 8 bytes by 4\n  0 a: i32\n  4 b: i32\n\nfunc f: (S) => void [x]\n",
  );
});

test("describe() drops the field by which a struct contains itself", () => {
  const member = (label: string, field: string): Die => ({
    tag: dw.DW_TAG_member,
    attributes: [name(field), type(label), at(0)],
  });
  const struct = (label: string, inner: string): Die => ({
    label,
    tag: dw.DW_TAG_structure_type,
    attributes: [name(label), size(4)],
    children: [member("int", "i"), member(inner, "inner")],
  });
  assertEquals(
    described(int, struct("A", "B"), struct("B", "A"), takes("A")),
    [
      "struct A: 4 bytes by 4",
      "  0 i: i32",
      "  0 inner: B",
      "struct B: 4 bytes by 4",
      "  0 i: i32",
      "  inner: it contains its own struct",
      "",
      "func f: (A) => void [x]",
      "",
    ].join("\n"),
  );
});

test("describe() says which language the debug information names", () => {
  for (const [number, wanted] of [[0x26, "Kotlin"], [0x1c, "Rust"]] as const) {
    const language = [dw.DW_AT_language, dw.DW_FORM_data1, [number]] as const;
    const root = { ...unit(int, takes("int")), attributes: [language] };
    assertEquals(describe(image(write(root), "f")).language, wanted);
  }
});

test("describe() skips what no manifest has room for", () => {
  const struct: Die = {
    label: "huge",
    tag: dw.DW_TAG_structure_type,
    attributes: [name("Huge"), [
      dw.DW_AT_byte_size,
      dw.DW_FORM_data8,
      fixed(2n ** 40n, 8),
    ]],
    children: [],
  };
  assertEquals(
    described(int, struct, takes("huge")),
    "\n\nf: parameter 1 (x): a struct of 1099511627776 bytes has no JavaScript value",
  );
});

test("describe() says where debug information is broken", () => {
  const self: Die = {
    label: "self",
    tag: dw.DW_TAG_typedef,
    attributes: [name("self"), type("self")],
  };
  const plain = write(unit(int, takes("int")));
  const change = (section: string, place: number, ...bytes: number[]) => {
    const changed = [...plain[section]!];
    changed.splice(place, bytes.length, ...bytes);
    return { ...plain, [section]: changed };
  };
  const cases: [string, Record<string, number[]>, RegExp][] = [
    ["a typedef of itself", write(unit(self, takes("self"))), /nested deeper/],
    [
      "a reference to nowhere",
      write(unit(takes("nowhere"))),
      /\+0x0 is not an entry/,
    ],
    ["version 6", change(".debug_info", 4, 6), /\.debug_info\+0x0 is DWARF 6/],
    [
      "addresses of 3 bytes",
      change(".debug_info", 7, 3),
      /addresses of 3 bytes/,
    ],
    ["unit type 99", change(".debug_info", 6, 99), /unknown unit type 99/],
    ["a length past the end", change(".debug_info", 0, 255), /lies outside/],
    [
      "no abbreviations",
      { ...plain, ".debug_abbrev": [] },
      /\.debug_abbrev\+0x0 ends/,
    ],
    [
      "an unknown abbreviation",
      { ...plain, ".debug_abbrev": [0] },
      /unknown abbreviation 1/,
    ],
    ["an unknown form", change(".debug_abbrev", 9, 0x7e), /unknown form 0x7e/],
  ];
  for (const [what, sections, sentence] of cases) {
    const error = assertThrows(
      () => describe(image(sections, "f")),
      EmitError,
      "",
      what,
    );
    assertEquals(error.code, "bad_debug_info", what);
    assertEquals(sentence.test(error.message), true, error.message);
    assertEquals(/^\.debug_\w+\+0x[0-9a-f]+$/.test(error.at!), true, what);
  }
});

test("DebugInfo.children() refuses a sibling that leads backwards", () => {
  const inner: Die = {
    tag: dw.DW_TAG_structure_type,
    attributes: [[dw.DW_AT_sibling, dw.DW_FORM_ref4, fixed(12, 4)]],
    children: [int],
  };
  const error = assertThrows(
    () => describe(image(write(unit(inner, takes("int"))), "f")),
    EmitError,
  );
  assertEquals(error.code, "bad_debug_info");
  assertEquals(/has a sibling that lies before it/.test(error.message), true);
});

test("describe() refuses what dwz moved to another file in a sentence", () => {
  const variable: Die = {
    tag: dw.DW_TAG_variable,
    attributes: [[dw.DW_AT_name, dw.DW_FORM_GNU_strp_alt, fixed(0, 4)]],
  };
  const error = assertThrows(
    () => describe(image(write(unit(variable)), "f")),
    EmitError,
  );
  assertEquals(
    /supplementary file, as dwz writes it/.test(error.message),
    true,
  );
});
