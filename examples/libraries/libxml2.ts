// plugin emit libxml2.so --header libxml/parser.h --header libxml/xpath.h -I /usr/include/libxml2 --annotate libxml2
import console from "node:console";
import { open, PluginError } from "@native/plugin";
import type { Libxml2 } from "./libxml2.so.d.ts";

const { Doc, xmlXPathEvalExpression } =
  open<Libxml2>(new URL("./libxml2.so.json", import.meta.url)).symbols;
const text = `<zoo><animal id="1">Mole</animal><animal id="2">Größe</animal></zoo>`;

using doc = Doc.read(text, "zoo.xml", "UTF-8", 0);
const zoo = doc.getRootElement();
for (let at = zoo?.firstElementChild; at; at = at.nextElementSibling) {
  console.log(at.name, at.getProp("id"), at.content);
}
using context = doc.newXPathContext();
using count = xmlXPathEvalExpression("count(//animal)", context);
console.log(count.toNumber(), `${count}`);
zoo?.newChild("animal", "Owl").setProp("id", "3");
console.log(doc.dump().split("\n")[1]);
try {
  Doc.read("<zoo>", "open.xml", null, 96); // neither errors nor warnings are printed
} catch (error) {
  console.log((error as PluginError).message.trim());
}
