import { test } from "../../helpers/test.ts";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  expectReading,
  makeRoom,
  withProgress,
} from "../../../emit/terminal/progress.ts";
import { need } from "../../helpers/need.ts";
import { fixture } from "../../helpers/fixture.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { plugin } from "../helpers/cli.ts";

test(
  "plugin types prints and writes what plugin build wrote",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const library = `${directory}/shapes.so`;
      await plugin("build", fixture("shapes.c"), "-o", library);
      // A manifest knows no lines: where they are is build's to say.
      const declaration = readFileSync(`${library}.d.ts`, "utf8")
        .replace(/^\/\/# sourceMappingURL=.*\n/m, "");
      rmSync(`${library}.d.ts`);
      assertEquals(await plugin("types", `${library}.json`), {
        status: 0,
        stdout: declaration,
        stderr: "",
      });
      const output = `${directory}/other.d.ts`;
      const ran = await plugin("types", library, "-o", output, "--json");
      assertEquals(JSON.parse(ran.stdout), { written: [output] });
      assertEquals(readFileSync(output, "utf8"), declaration);
      // The lines that it does not have are mapped nowhere.
      await plugin("build", fixture("shapes.c"), "-o", library);
      assert(existsSync(`${library}.d.ts.map`));
      await plugin("types", library, "-o", `${library}.d.ts`);
      assert(!existsSync(`${library}.d.ts.map`));
      // A slip does not cost the library.
      const before = readFileSync(library);
      const slip = await plugin("types", library, "-o", library);
      assertEquals(slip.status, 1);
      assertStringIncludes(slip.stderr, "a library is there");
      assertEquals(readFileSync(library), before);
      // Whatever kind is read.
      const large = `${directory}/large.dylib`;
      writeFileSync(large, Uint8Array.of(0xca, 0xfe, 0xba, 0xbf, 0, 0, 0, 0));
      const other = await plugin("types", library, "-o", large);
      assertStringIncludes(other.stderr, "a library is there");
      const none = await plugin("types", `${directory}/none.json`);
      assertEquals(none.status, 1);
      assertStringIncludes(none.stderr, `none.json": there is no such file`);
    });
  },
);

test("withProgress() draws a line once it takes longer than a second", async () => {
  const slow = () => new Promise<string>((done) => setTimeout(done, 1300, "x"));
  let text = "";
  const write = (more: string) => text += more;
  assertEquals(await withProgress("slow", slow, { isTTY: true, write }), "x");
  // A machine with much to do comes round to it later.
  const lines = text.split("\r\x1b[2K");
  assertEquals([lines.at(0), lines.at(-1)], ["", ""]);
  const drawn = lines.filter((line) => line !== "");
  assert(
    drawn.length > 0 && drawn.every((line) => /^slow \.{3} \d s$/.test(line)),
  );
  text = "";
  await withProgress("quick", () => Promise.resolve(), { isTTY: true, write });
  await withProgress("slow", slow, { isTTY: false, write });
  assertEquals(text, "");
});

test("makeRoom() takes the line away before something else is written", async () => {
  let text = "";
  const write = (more: string) => text += more;
  await withProgress("big", () => {
    expectReading(10 ** 9);
    makeRoom();
    write("done\n");
    return Promise.resolve();
  }, { isTTY: true, write });
  makeRoom();
  assertEquals(text, "\r\x1b[2Kbig ... 0 s\r\x1b[2Kdone\n");
});

test("expectReading() draws the line at once for what takes long", async () => {
  let text = "";
  const write = (more: string) => text += more;
  const read = (size: number) =>
    withProgress("big", () => Promise.resolve(expectReading(size)), {
      isTTY: true,
      write,
    });
  await read(1000);
  assertEquals(text, "");
  await read(10 ** 9);
  assertEquals(text, "\r\x1b[2Kbig ... 0 s\r\x1b[2K");
});
