/**
 * A repository for the examples that read one.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { run } from "../../../emit/toolchain/run.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import { succeed } from "../../helpers/succeed.ts";

/** What its log says, without the hashes. */
export const LOG =
  "2026-01-03 Zoë: größer\n2026-01-02 Zoë: two\n2026-01-01 Zoë: one\n";

/** A repository with three commits. */
export async function repository(): Promise<string> {
  const path = emptyDirectory();
  const git = async (...args: string[]) => {
    const identity = ["-c", "user.name=Zoë", "-c", "user.email=z@example.com"];
    await succeed(run("git", [...identity, ...args], { cwd: path }));
  };
  await git("init", "--quiet");
  for (const [index, summary] of ["one", "two", "größer"].entries()) {
    writeFileSync(`${path}/file`, summary);
    await git("add", "file");
    const date = `2026-01-0${index + 1}T12:00:00Z`;
    await git("commit", "--quiet", "--date", date, "-m", summary);
  }
  return path;
}
