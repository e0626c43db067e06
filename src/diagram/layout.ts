/** Where everything of the chart is, in pixels. Made when the package is built; see tools/chart/. */
export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly LayoutBox[];
  readonly arrows: readonly LayoutArrow[];
  /** Strokes that stand for nothing but help the eye: the rails of the ladder. */
  readonly rails: readonly Points[];
  /** The black dots that show where a chart, or a part of it, begins. */
  readonly beginnings: readonly { readonly x: number; readonly y: number }[];
}

export type Points = readonly (readonly [x: number, y: number])[];

/** A state; or, without a path, what holds in every state. */
export interface LayoutBox {
  readonly path: string;
  readonly title: string;
  /** The AT command that the state sends. */
  readonly says?: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly compound: boolean;
  readonly tags: readonly string[];
  readonly description?: string;
  readonly lines: readonly LayoutLine[];
}

/** A line of text in a box: edges that are told and not drawn. */
export interface LayoutLine {
  readonly text: string;
  readonly kind: ArrowKind;
  readonly edges: readonly string[];
}

/** The way up, the way down, the way back, and the way to a person. */
export type ArrowKind = 'flow' | 'failure' | 'return' | 'attention';

/** All edges that lead from one box to another. */
export interface LayoutArrow {
  readonly from: string;
  readonly to: string;
  readonly edges: readonly string[];
  readonly kind: ArrowKind;
  /** It stands for edges from or to states inside of the boxes. */
  readonly lifted: boolean;
  readonly points: Points;
  readonly label?: { readonly text: string; readonly x: number; readonly y: number };
}
