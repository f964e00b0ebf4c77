/** What calls a topic function locally: the harness, with up to ten messages. */
export const topicMaker = (): "topic" => "topic";
