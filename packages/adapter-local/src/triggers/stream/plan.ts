/** What calls a stream function locally: the harness, with up to ten messages. */
export const streamMaker = (): "stream" => "stream";
