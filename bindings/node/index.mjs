import strongroom from './index.js'

export const { ApiKey, Key, Keyring, Seal, StreamInfo, StrongroomError, View, errors, version } = strongroom
export default strongroom
