/** What calls a queue function locally: the harness, with up to ten messages. */
export const queueMaker = (): "queue" => "queue";
