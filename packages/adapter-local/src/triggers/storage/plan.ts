/** What calls a storage function locally: the harness, with up to ten messages. */
export const storageMaker = (): "storage" => "storage";
