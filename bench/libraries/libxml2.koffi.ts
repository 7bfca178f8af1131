// examples/libraries/libxml2.ts by koffi.
import console from "node:console";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libxml2.so");
for (const type of ["xmlDoc", "XPathContext", "XPathObject"]) {
  koffi.opaque(type);
}
// The beginning of both; what follows is not looked at.
const Node = koffi.struct("xmlNode", {
  data: "void *",
  type: "int",
  name: "const char *",
});
const Failure = koffi.struct("xmlError", {
  domain: "int",
  code: "int",
  message: "const char *",
});
// What xmlFree is, as long as nobody has set another.
const free = koffi.load("libc.so.6").func("void free(void *p)");
koffi.disposable("xmlText", "const char *", free);
const f = (prototype: string) => lib.func(prototype);
const readMemory = f(
  "xmlDoc *xmlReadMemory(const char *text, int size, const char *url, const char *encoding, int options)",
);
const freeDoc = f("void xmlFreeDoc(xmlDoc *d)");
const lastError = f("xmlError *xmlGetLastError()");
const rootElement = f("xmlNode *xmlDocGetRootElement(xmlDoc *d)");
const firstChild = f("xmlNode *xmlFirstElementChild(xmlNode *n)");
const nextSibling = f("xmlNode *xmlNextElementSibling(xmlNode *n)");
const getProp = f("xmlText xmlGetProp(xmlNode *n, const char *name)");
const setProp = f(
  "void *xmlSetProp(xmlNode *n, const char *name, const char *value)",
);
const content = f("xmlText xmlNodeGetContent(xmlNode *n)");
const newChild = f(
  "xmlNode *xmlNewChild(xmlNode *n, void *ns, const char *name, const char *text)",
);
const dump = f(
  "void xmlDocDumpMemory(xmlDoc *d, _Out_ xmlText *text, _Out_ int *size)",
);
const newContext = f("XPathContext *xmlXPathNewContext(xmlDoc *d)");
const freeContext = f("void xmlXPathFreeContext(XPathContext *c)");
const evaluate = f(
  "XPathObject *xmlXPathEvalExpression(const char *text, XPathContext *c)",
);
const freeObject = f("void xmlXPathFreeObject(XPathObject *o)");
const toNumber = f("double xmlXPathCastToNumber(XPathObject *o)");
const toText = f("xmlText xmlXPathCastToString(XPathObject *o)");

const text =
  `<zoo><animal id="1">Mole</animal><animal id="2">Größe</animal></zoo>`;
function parse(text: string, url: string, options: number) {
  const size = new TextEncoder().encode(text).length;
  const doc = readMemory(text, size, url, "UTF-8", options);
  if (doc !== null) return doc;
  throw new Error(koffi.decode(lastError(), Failure).message);
}

const doc = parse(text, "zoo.xml", 0);
try {
  const zoo = rootElement(doc);
  for (let at = zoo && firstChild(zoo); at; at = nextSibling(at)) {
    console.log(koffi.decode(at, Node).name, getProp(at, "id"), content(at));
  }
  const context = newContext(doc);
  if (context === null) throw new Error("no memory");
  const count = evaluate("count(//animal)", context);
  try {
    if (count === null) throw new Error("no such expression");
    console.log(toNumber(count), toText(count));
  } finally {
    freeObject(count);
    freeContext(context);
  }
  const owl = newChild(zoo, null, "animal", "Owl");
  if (owl === null) throw new Error("no memory");
  setProp(owl, "id", "3");
  const out = [null], size = [0];
  dump(doc, out, size);
  console.log(`${out[0]}`.split("\n")[1]);
} finally {
  freeDoc(doc);
}
try {
  freeDoc(parse("<zoo>", "open.xml", 96)); // neither errors nor warnings are printed
} catch (error) {
  console.log((error as Error).message.trim());
}
