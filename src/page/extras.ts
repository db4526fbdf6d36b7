/** What the page shows now and then, loaded together when the first of it is. */
export { KeptNotice } from './kept/KeptNotice.tsx';
export { OwnKernel } from './swap/OwnKernel.tsx';
export { TimePanel } from './time/TimePanel.tsx';
