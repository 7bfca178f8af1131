/**
 * Words in names of functions and parameters that tell what they are: who frees,
 * who makes, what is a length.
 *
 * @module
 */

/** Names of what frees, the surest first. */
export const FREES = [
  "unref",
  "free",
  "destroy",
  "close",
  "fclose",
  "delete",
  "del",
  "release",
  "finalize",
  "dispose",
  "done",
  "fini",
  "deinit",
  "teardown",
  "drop",
];

/** Those that may be of a part of it as well: as the whole name of a method. */
export const ENDS = ["cleanup", "finish", "term", "abort", "end", "clear"];

/** Names of what frees what is aborted otherwise. */
export const COMPLETES = ["commit"];

/** Names of what makes one, the surest first. */
export const MAKES = [
  "new",
  "create",
  "alloc",
  "open",
  "init",
  "connect",
  "make",
  "acquire",
  "dup",
  "copy",
  "load",
  "read",
  "parse",
];

/** Names of parameters that say how long the one before is. */
export const LENGTH =
  /^(?:n|len|length|size|count|cnt|num|bytes|.*(?:_len|len|_size|_length|_count|Len|Size|Length|Count|Bytes|Byte))$/;

/** Names of parameters through which something comes back. */
export const OUT =
  /^(?:out|result|ret|pp[A-Z]\w*|\w+_out|out_\w+|\w+_ret|\w+_return|\w+_ptr)$/;

/** Names of functions of which a `char *` is a text that they keep. */
export const TEXT =
  /(?:str|string|text|msg|message|err|error|name|version|path|label|title)$/i;
