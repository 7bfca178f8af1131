/**
 * Calling conventions: which registers the arguments of a function are in.
 *
 * GCC does not write them.
 *
 * @module
 */

import {
  DW_AT_calling_convention,
  DW_CC_LLVM_AAPCS,
  DW_CC_LLVM_PreserveAll,
  DW_CC_LLVM_PreserveMost,
  DW_CC_LLVM_PreserveNone,
  DW_CC_LLVM_Swift,
  DW_CC_LLVM_SwiftTail,
  DW_CC_LLVM_vectorcall,
  DW_CC_LLVM_Win64,
  DW_CC_LLVM_X86_64SysV,
  DW_CC_LLVM_X86RegCall,
  DW_CC_nocall,
  DW_CC_normal,
  DW_CC_program,
} from "./dw_constants.ts";
import type { Entry } from "./entry.ts";

/** The platforms' own, under all of their names. */
const OWN: ReadonlySet<number> = new Set([
  DW_CC_normal,
  DW_CC_program,
  DW_CC_LLVM_X86_64SysV,
  DW_CC_LLVM_AAPCS,
]);

/** As C's attributes spell the others. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [DW_CC_nocall, "one of the compiler's own"],
  [DW_CC_LLVM_vectorcall, "vectorcall"],
  [DW_CC_LLVM_Win64, "ms_abi"],
  [DW_CC_LLVM_Swift, "swiftcall"],
  [DW_CC_LLVM_SwiftTail, "swiftasynccall"],
  [DW_CC_LLVM_PreserveNone, "preserve_none"],
  [DW_CC_LLVM_PreserveMost, "preserve_most"],
  [DW_CC_LLVM_PreserveAll, "preserve_all"],
  [DW_CC_LLVM_X86RegCall, "regcall"],
]);

/**
 * The calling convention of a function.
 *
 * @param entry A `DW_TAG_subprogram` or a `DW_TAG_subroutine_type`.
 * @returns Its name, or undefined where it is the platform's for C.
 */
export function conventionOf(entry: Entry): string | undefined {
  const number = entry.number(DW_AT_calling_convention);
  return number === undefined || OWN.has(number)
    ? undefined
    : NAMES.get(number) ?? `0x${number.toString(16)}`;
}
