import { go, print } from "../program.ts";

const words = ["ccc", "a", "bb"];
go.Sort({
  Len: () => words.length,
  Less: (i: number, j: number) => words[i]!.length < words[j]!.length,
  Swap(i: number, j: number) {
    [words[i], words[j]] = [words[j]!, words[i]!];
  },
});
print(words);
print(go.Search(100, (i: number) => i * i >= 50));
print(go.SearchInts([1, 3, 5], 4));
