/** What calls a changes function locally: the harness, with up to ten messages. */
export const changesMaker = (): "changes" => "changes";
