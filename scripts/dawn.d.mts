export declare const DAWN_PACKAGE: string;
export declare function findDawn(modules?: string): { folder: string; version: string };
