use tantivy::query::QueryParser;
use tantivy::schema::{NumericOptions, Schema, TEXT};
use tantivy::{DocAddress, Document, Index, IndexWriter, TantivyDocument};

fn main() {
    let mut builder = Schema::builder();
    let title = builder.add_text_field("title", TEXT);
    let year = builder.add_u64_field("year", NumericOptions::default().set_indexed().set_stored());
    let index = Index::create_in_ram(builder.build());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).unwrap();
    for (name, of) in [("The old man and the sea", 1952), ("The sea wolf", 1904), ("Of mice and men", 1937)] {
        let mut document = TantivyDocument::new();
        document.add_text(title, name);
        document.add_u64(year, of);
        writer.add_document(document).unwrap();
    }
    println!("{}", writer.commit().unwrap());
    let searcher = index.reader().unwrap().searcher();
    let parser = QueryParser::for_index(&index, vec![title]);
    for text in ["sea", "the AND men", "year:1904", "title:wol*"] {
        println!("{text}: {}", parser.parse_query(text).unwrap().count(&searcher).unwrap());
    }
    let document: TantivyDocument = searcher.doc(DocAddress::new(0, 1)).unwrap();
    println!("{}", document.to_json(searcher.schema()));
    println!("{}", parser.parse_query("nowhere:1").unwrap_err());
}
