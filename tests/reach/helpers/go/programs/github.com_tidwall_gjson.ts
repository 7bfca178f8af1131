import { go, print } from "../program.ts";

/** A result, as far as this program asks for it. */
interface Result {
  Int(): bigint;
}

const text = '{"name": {"first": "Ann"}, "ages": [1, 2, 3]}';
print(go.Get(text, "name.first"), go.Get(text, "ages.#"), go.Valid(text));
go.Get(text, "ages").ForEach((key: Result, value: Result) => {
  print(key.Int(), value.Int());
  return value.Int() < 2;
});
