// `npm install` must never fail because a browser could not be downloaded:
// scripts/setup.mjs looks for one on the machine first, and downloads only when there is none.
module.exports = { skipDownload: true };
