// Loads a module of static/js that imports nothing. Its folder has no package.json, so Node is told what it is.
import { readFile } from 'node:fs/promises';

/** The exports of `static/js/{name}`. */
export async function load(name) {
  const source = await readFile(new URL(`../../../static/js/${name}`, import.meta.url), 'utf8');
  return import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`);
}
