import console from "node:console";
import { rust } from "../program.ts";

const { Index, TantivyDocument } = rust;
const builder = new rust["schema::SchemaBuilder"]();
const title = builder.add_text_field("title", rust["schema::TEXT"].value);
const year = builder.add_u64_field(
  "year",
  rust["schema::NumericOptions"].default().set_indexed().set_stored(),
);
const schema = builder.build();
const index = Index.create_in_ram(schema);
{
  using writer = index.writer_with_num_threads(1, 15_000_000);
  for (
    const [name, of] of [
      ["The old man and the sea", 1952],
      ["The sea wolf", 1904],
      ["Of mice and men", 1937],
    ] as const
  ) {
    const document = new TantivyDocument();
    document.add_text(title, name);
    document.add_u64(year, of);
    writer.add_document(document);
  }
  console.log(`${writer.commit()}`);
}
using searcher = index.reader().searcher();
const parser = rust["query::QueryParser"].for_index(index, [title]);
for (const text of ["sea", "the AND men", "year:1904", "title:wol*"]) {
  console.log(`${text}: ${parser.parse_query(text).count(searcher)}`);
}
console.log(
  searcher.doc({ segment_ord: 0, doc_id: 1 }).to_json(searcher.schema()),
);
try {
  parser.parse_query("nowhere:1");
} catch (error) {
  console.log((error as Error).message);
}
