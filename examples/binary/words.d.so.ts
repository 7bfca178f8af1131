// What TypeScript reads of `import … from "./words.so" with { type: "file" }`.
declare const path: string;
export default path;
