/** As much of a page as the harness asks for: those of puppeteer and of Playwright both have it. */
export interface DrivenPage {
  /** Opens an address. */
  goto(url: string): Promise<unknown>;
  /** Runs a function in the page, with one argument that can be written as JSON. */
  evaluate(work: never, argument?: never): Promise<unknown>;
  /** Has a listener hear of an event. */
  on(event: never, listener: never): unknown;
  /** Has it hear of it no more. */
  off(event: never, listener: never): unknown;
  /** Ends the page. */
  close(): Promise<unknown>;
}
