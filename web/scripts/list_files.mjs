/* Writes dist/files.txt: the files of the built front end, sorted, one path a line. The C build reads it, so that it knows what to embed without
 * looking into the folder: a file that is not listed is not embedded, and a changed list makes the build look again. */
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');

function list(folder) {
  return readdirSync(join(dist, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? list(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}

writeFileSync(join(dist, 'files.txt'), [...list('app'), ...list('report')].sort().join('\n') + '\n');
