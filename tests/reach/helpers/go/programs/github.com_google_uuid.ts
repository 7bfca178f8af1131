import { bytes, go, print } from "../program.ts";

const id = go.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
print(
  id,
  go["Version.String"](id.Version()),
  go["Variant.String"](id.Variant()),
);
print(go.NewSHA1(go.NameSpaceDNS.value, bytes("example.org")));
try {
  go.Parse("x");
} catch (error) {
  print((error as Error).message);
}
