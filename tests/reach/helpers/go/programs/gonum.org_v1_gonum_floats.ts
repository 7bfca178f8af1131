// deno-lint-ignore-file no-explicit-any
import console from "node:console";
import { go } from "../program.ts";

const f = go;
const a = new Float64Array([3, 1, 2]), b = new Float64Array([1, 2, 3]);
f.Add(a, b);
console.log(a.join());
console.log(
  f.Dot(a, b),
  f.Sum(a),
  f.Norm(b, 2),
  f.Max(a),
  f.MinIdx(a),
  f.Distance(a, b, 1),
);
const inds = new BigInt64Array(3);
f.Argsort(a, inds);
console.log(a.join(), inds.join());
console.log(
  f.Span(new Float64Array(5), 0, 1).join(),
  f.CumSum(new Float64Array(3), b).join(),
);
console.log(
  f.Find([], (x: number) => x > 1, b, -1).join(),
  f.Count((x: number) => x > 1, b),
);
console.log(
  f.EqualApprox(b, new Float64Array([1, 2, 3.0000001]), 1e-3),
  f.HasNaN([NaN]),
  f.Within(b, 2.5),
  f.ScaleTo(new Float64Array(3), 2, b).join(),
);
b.forEach((x, i) => b[i] = x * x);
console.log(b.join());
f.Reverse(b);
console.log(b.join());
try {
  f.Add(a, new Float64Array(2));
} catch (e: any) {
  console.log(e.code, e.message.includes("length"));
}
