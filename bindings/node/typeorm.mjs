import typeorm from './typeorm.js'

export const { attach, encrypted, matching, rewrap, rowEncrypted } = typeorm
