/** What calls a logs function locally: the harness, with up to ten messages. */
export const logsMaker = (): "logs" => "logs";
