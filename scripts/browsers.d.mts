export declare function findBrowsers(): { path: string; source: string }[];
