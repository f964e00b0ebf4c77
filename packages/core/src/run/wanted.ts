/** Waiting for something as long as somebody wants it. */

/** What `start` begins, or the signal's reason as soon as there is one. `start` gives back how to end it early. */
export async function whileWanted<T>(signal: AbortSignal, start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void): Promise<T> {
  signal.throwIfAborted();
  let aborted!: () => void;
  try {
    return await new Promise<T>((resolve, reject) => {
      const end = start(resolve, reject);
      aborted = () => {
        reject(signal.reason);
        end();
      };
      signal.addEventListener("abort", aborted);
    });
  } finally {
    signal.removeEventListener("abort", aborted);
  }
}
