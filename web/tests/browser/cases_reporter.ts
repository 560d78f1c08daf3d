/* Prints `ok - name` and `not ok - name`, as the shell cases do, so that the project's runner counts each test. */
import type { Reporter, TestCase, TestError, TestResult } from '@playwright/test/reporter';

const indented = (error: TestError): string => `    ${(error.stack ?? error.message ?? '').replaceAll('\n', '\n    ')}`;

export default class CasesReporter implements Reporter {
  onTestEnd(test: TestCase, result: TestResult): void {
    const passed = result.status === test.expectedStatus;
    if (result.status === 'skipped' || !(passed || result.retry >= test.retries)) return;
    console.log(`${passed ? 'ok' : 'not ok'} - ${test.titlePath().slice(2).filter(Boolean).join(': ')}`);
    if (!passed) for (const error of result.errors) console.log(indented(error));
  }
  /* Of no test: a file that cannot be read, a fixture that cannot be taken down. */
  onError(error: TestError): void {
    console.log(`not ok - the browser's tests run to their end\n${indented(error)}`);
  }
  printsToStdio(): boolean {
    return true;
  }
}
