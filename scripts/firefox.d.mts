export declare const FIREFOX_MISSING: string;
export declare function findFirefox(): { path: string; source: string }[];
export declare function findLavapipe(): string | undefined;
