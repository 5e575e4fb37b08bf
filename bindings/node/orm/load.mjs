// ORMs are found on NODE_PATH, which `import` does not look at.
import { createRequire } from 'node:module'

export const load = createRequire(import.meta.url)
