export * from './index.js'
import * as strongroom from './index.js'
export default strongroom
