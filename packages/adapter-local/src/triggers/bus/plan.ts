/** What calls a bus function locally: the harness, with up to ten messages. */
export const busMaker = (): "bus" => "bus";
