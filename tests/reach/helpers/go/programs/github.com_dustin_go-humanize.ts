import { go, print } from "../program.ts";

print(
  go.Bytes(82854982),
  go.IBytes(82854982),
  go.BigComma(-1234567891011n),
);
print(go.ParseBytes("42 MB"), true);
try {
  go.ParseBytes("42 elephants");
} catch (error) {
  print((error as Error).message);
}
const from = new Date(1700000000000);
print(
  go.RelTime(from, new Date(Number(from) + 3 * 3_600_000), "ago", "from now"),
);
print([1, 2, 3, 4].map((i) => `${go.Ordinal(i)} `).join(""));
print(...go.ComputeSI(2.2345e-12));
