/**
 * The plugins of which reports tell, as they are written beside what is kept of
 * a crash.
 *
 * @module
 */

/** A plugin whose crashes are reported. */
export interface ReportedPlugin {
  /** The file that was loaded. */
  readonly file: string;
  /** Absolute path of the plugin, of which that may be a copy. */
  readonly library: string;
  /** Absolute path of its manifest. */
  readonly manifest?: string | undefined;
  readonly buildId?: string | undefined;
}

/** The line by which a report knows a plugin. */
export function lineOf({ file, ...plugin }: ReportedPlugin): string {
  return `${file}\t${JSON.stringify(plugin)}\n`;
}
