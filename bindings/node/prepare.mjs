// `npm install` of a clone and `npm pack` run this: it builds the library from the sources around it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const library = join(here, 'native', `strongroom.${process.platform}-${process.arch}.node`)
const { error, status } = spawnSync('cargo', ['xtask', 'node', '--build'], { cwd: here, stdio: 'inherit' })

if (error?.code === 'ENOENT' && existsSync(library)) {
  console.error('strongroom: there is no cargo here, so the library is the one that was built before')
} else if (error?.code === 'ENOENT') {
  console.error('strongroom: building it needs Rust 1.95 or newer (https://rustup.rs); install it and try again')
  process.exitCode = 1
} else if (error || status !== 0) {
  console.error(`strongroom: the library was not built${error ? `: ${error.message}` : ', for the reason above'}`)
  process.exitCode = 1
}
