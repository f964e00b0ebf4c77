/**
 * What is read of vitest's JSON report.
 * @typedef {{ status: string, assertionResults: readonly { status: string }[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: readonly TestFile[] }} Report
 * @typedef {{ passed: number, failed: number, skipped: number }} Outcome
 */

/** A file that failed as a whole: it did not load, or a hook of it threw. @param {TestFile} file */
const failedAsWhole = (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed");

/**
 * Counts what a vitest run says it did. A run that ended badly without a failed test (an unhandled error, a crash before the report) has one failure.
 * @param {Report | undefined} report
 * @param {number} exitCode
 * @returns {Outcome}
 */
export function countVitest(report, exitCode) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const failed = report.numFailedTests + report.testResults.filter(failedAsWhole).length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {Outcome} outcome */
export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

/** @param {Outcome} outcome */
export const exitCodeOf = ({ passed, failed }) => (failed > 0 || passed === 0 ? 1 : 0);
