/* Prints `ok - name` and `not ok - name`, as the shell cases do, so that the project's runner counts each test. */
import type { FullConfig, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class CasesReporter implements Reporter {
  onBegin(_config: FullConfig): void {}
  onTestEnd(test: TestCase, result: TestResult): void {
    const name = test.titlePath().slice(2).filter(Boolean).join(': ');
    const last = result.status === test.expectedStatus || result.retry >= test.retries;
    if (!last) return;
    if (result.status === 'skipped') return;
    const passed = result.status === test.expectedStatus;
    console.log(`${passed ? 'ok' : 'not ok'} - ${name}`);
    if (!passed) for (const error of result.errors) console.log(`    ${(error.stack ?? error.message ?? '').replaceAll('\n', '\n    ')}`);
  }
  printsToStdio(): boolean {
    return true;
  }
}
