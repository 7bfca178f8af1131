import { go, print } from "../program.ts";

let [a, b] = [new go.Int(), new go.Int()];
b.SetInt64(1);
for (let i = 0; i < 200; i++) {
  a.Add(a, b);
  [a, b] = [b, a];
}
print(a);
const r = go.NewRat(3, 4);
print(r.Add(r, go.NewRat(1, 6)));
const [f] = new go.Float().SetPrec(200).SetString("2");
print(f.Sqrt(f).Text("g".charCodeAt(0), 40));
print(b.ProbablyPrime(10));
