import { go, print } from "../program.ts";

print(go.Quote("a\tü"), go.Itoa(-42));
print(go.ParseInt("ff", 16, 64));
try {
  go.Atoi("x1");
} catch (error) {
  const { message, is } = error as Error & { is(target: unknown): boolean };
  print(message, is.call(error, go.ErrSyntax));
}
