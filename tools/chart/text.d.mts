export const lineSize: number;

export function widthOf(text: string, size: number): number;
