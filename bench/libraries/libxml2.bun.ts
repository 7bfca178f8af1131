// examples/libraries/libxml2.ts by bun:ffi alone.
import console from "node:console";
import { CString, dlopen, type Pointer, ptr, read } from "bun:ffi";

const { symbols: xml } = dlopen("libxml2.so", {
  xmlReadMemory: { args: ["ptr", "i32", "ptr", "ptr", "i32"], returns: "ptr" },
  xmlFreeDoc: { args: ["ptr"], returns: "void" },
  xmlGetLastError: { args: [], returns: "ptr" },
  xmlDocGetRootElement: { args: ["ptr"], returns: "ptr" },
  xmlFirstElementChild: { args: ["ptr"], returns: "ptr" },
  xmlNextElementSibling: { args: ["ptr"], returns: "ptr" },
  xmlGetProp: { args: ["ptr", "ptr"], returns: "ptr" },
  xmlSetProp: { args: ["ptr", "ptr", "ptr"], returns: "ptr" },
  xmlNodeGetContent: { args: ["ptr"], returns: "ptr" },
  xmlNewChild: { args: ["ptr", "ptr", "ptr", "ptr"], returns: "ptr" },
  xmlDocDumpMemory: { args: ["ptr", "ptr", "ptr"], returns: "void" },
  xmlXPathNewContext: { args: ["ptr"], returns: "ptr" },
  xmlXPathFreeContext: { args: ["ptr"], returns: "void" },
  xmlXPathEvalExpression: { args: ["ptr", "ptr"], returns: "ptr" },
  xmlXPathFreeObject: { args: ["ptr"], returns: "void" },
  xmlXPathCastToNumber: { args: ["ptr"], returns: "f64" },
  xmlXPathCastToString: { args: ["ptr"], returns: "ptr" },
});
// What xmlFree is, as long as nobody has set another.
const { symbols: libc } = dlopen("libc.so.6", {
  free: { args: ["ptr"], returns: "void" },
});

const NAME = 16, MESSAGE = 8; // where they lie in an xmlNode and an xmlError
const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(`${text}\0`);
const textAt = (place: number) => `${new CString(place as Pointer)}`;
function taken(pointer: Pointer | null): string | null {
  if (pointer === null) return null;
  const text = `${new CString(pointer)}`;
  libc.free(pointer);
  return text;
}
const made = (pointer: Pointer | null, what: string): Pointer => {
  if (pointer === null) throw new Error(what);
  return pointer;
};
function parse(text: string, url: string, options: number): Pointer {
  const own = bytes(text), name = bytes(url), encoding = bytes("UTF-8");
  const doc = xml.xmlReadMemory(
    ptr(own),
    own.length - 1,
    ptr(name),
    ptr(encoding),
    options,
  );
  if (doc !== null) return doc;
  throw new Error(textAt(read.ptr(xml.xmlGetLastError()!, MESSAGE)));
}

const text =
  `<zoo><animal id="1">Mole</animal><animal id="2">Größe</animal></zoo>`;
const doc = parse(text, "zoo.xml", 0);
try {
  const zoo = made(xml.xmlDocGetRootElement(doc), "it is empty");
  const id = bytes("id");
  let at = xml.xmlFirstElementChild(zoo);
  for (; at !== null; at = xml.xmlNextElementSibling(at)) {
    console.log(
      textAt(read.ptr(at, NAME)),
      taken(xml.xmlGetProp(at, ptr(id))),
      taken(xml.xmlNodeGetContent(at)),
    );
  }
  const context = made(xml.xmlXPathNewContext(doc), "no memory");
  const all = bytes("count(//animal)");
  const count = xml.xmlXPathEvalExpression(ptr(all), context);
  try {
    const found = made(count, "no such expression");
    console.log(
      xml.xmlXPathCastToNumber(found),
      taken(xml.xmlXPathCastToString(found)),
    );
  } finally {
    xml.xmlXPathFreeObject(count);
    xml.xmlXPathFreeContext(context);
  }
  const [animal, owl, three] = [bytes("animal"), bytes("Owl"), bytes("3")];
  const child = xml.xmlNewChild(zoo, null, ptr(animal), ptr(owl));
  xml.xmlSetProp(made(child, "no memory"), ptr(id), ptr(three));
  const out = new BigUint64Array(1), size = new Int32Array(1);
  xml.xmlDocDumpMemory(doc, ptr(out), ptr(size));
  console.log(taken(Number(out[0]) as Pointer)?.split("\n")[1]);
} finally {
  xml.xmlFreeDoc(doc);
}
try {
  xml.xmlFreeDoc(parse("<zoo>", "open.xml", 96)); // neither errors nor warnings are printed
} catch (error) {
  console.log((error as Error).message.trim());
}
