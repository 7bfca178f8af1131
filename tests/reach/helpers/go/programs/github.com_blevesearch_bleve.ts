import { go, print } from "../program.ts";

using index = go.NewMemOnly(go.NewIndexMapping());
index.Index("one", { text: "a quick brown fox" });
index.Index("two", { text: "a lazy dog" });
index.Index("three", { text: "the fox and the dog" });
print(index.DocCount());
using found = index.Search(go.NewSearchRequest(go.NewMatchQuery("fox")));
print(found.Total);
for (const hit of found.Hits) print(hit.ID);
index.Close();
