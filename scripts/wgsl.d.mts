export function minifyWgsl(text: string): string;
