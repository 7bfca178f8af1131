/**
 * What a program does without when it opens a library and calls a function of
 * plain types: in the packages it is a text until it is needed.
 *
 * @module
 */

/**
 * Where what is deferred begins. These modules export functions only, none of
 * which is hot: each call of one asks whether the text was made code.
 */
export const DEFERRED = [
  "ffi/backtrace/backtrace.ts",
  "ffi/bind/go_context.ts",
  "ffi/bind/converted_arguments.ts",
  "ffi/bind/failure.ts",
  "ffi/bind/mismatch.ts",
  "ffi/bind/result_value.ts",
  "ffi/bind/bind_seen.ts",
  "ffi/bind/bind_variable.ts",
  "ffi/call/framed.ts",
  "ffi/callback/trampoline.ts",
  "ffi/isolated/options.ts",
  "ffi/load/copy_set.ts",
  "ffi/load/crash_report.ts",
  "ffi/load/go_runtimes.ts",
  "ffi/load/environment.ts",
  "ffi/load/global.ts",
  "ffi/load/interposition.ts",
  "ffi/load/load_isolated.ts",
  "ffi/load/loader_error.ts",
  "ffi/load/private_copy.ts",
  "ffi/manifest/parse_headers_file.ts",
  "ffi/manifest/signature.ts",
  "ffi/memory/assign_variable.ts",
  "ffi/memory/codecs.ts",
  "ffi/memory/composite.ts",
  "ffi/object/iterator.ts",
  "ffi/object/json.ts",
  "ffi/object/ledger.ts",
  "ffi/open/find_in_pack.ts",
  "ffi/open/trust.ts",
  "ffi/open/watch.ts",
  "ffi/open/without_manifest.ts",
  "ffi/plugin/constants.ts",
  "ffi/value/encoded_text.ts",
];
