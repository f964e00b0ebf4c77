/** What calls a schedule function locally: the harness, with up to ten messages. */
export const scheduleMaker = (): "schedule" => "schedule";
