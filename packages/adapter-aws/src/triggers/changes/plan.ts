/** What calls a changes function on AWS: a DynamoDB stream through an event source mapping. There is nothing to choose. */
export type ChangesSettings = object;
export const changesMaker = (): "changes" => "changes";
