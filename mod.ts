export { PluginError } from "./ffi/error.ts";
