import { go, print } from "../program.ts";

const version = go.MustParse("1.2.3-beta.1+b345");
print(version, version.Major(), version.Prerelease(), version.Metadata());
const next = version.IncMinor();
print(next, version.LessThan(next));
const constraint = go.NewConstraint(">= 1.2, < 3.0.0 || >= 4.2.3");
const all = ["4.2.3", "1.0", "3.1.0", "2.0.0-rc.1", "1.3"]
  .map((text) => go.MustParse(text))
  .sort((a, b) => a.Compare(b));
for (const one of all) print(one, constraint.Check(one));
const [, reasons] = constraint.Validate(all[0]);
for (const reason of reasons) print(reason);
try {
  go.NewVersion("x.y");
} catch (error) {
  // deno-lint-ignore no-explicit-any -- what Go returned
  const { message, is } = error as any;
  print(message, is.call(error, go.ErrInvalidSemVer));
}
