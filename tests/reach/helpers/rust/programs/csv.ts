import console from "node:console";
import { rust } from "../program.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = 'city,pop\nBoston,4628910\n"a ""b""",1\n';
const reader = rust.Reader.from_reader(bytes(text));
{
  using headers = reader.headers();
  console.log(headers.iter().toArray().join("|"));
}
{
  using records = reader.records();
  for (const record of records) {
    console.log(`${record.len()} ${record.get(0)}`);
  }
}
const writer = rust.Writer.from_writer(new Uint8Array());
writer.write_record(["a", 'b "c"']);
writer.write_record(["1", ""]);
console.log(new TextDecoder().decode(writer.into_inner()).trimEnd());
const uneven = rust.Reader.from_reader(bytes("a,b\n1\n"));
try {
  uneven.records().toArray();
} catch (error) {
  console.log((error as Error).message);
}
