const light = `--paper:#fff;--box:#fff;--group:#f5f7fa;--line:#c3ccd8;--ink:#1b2430;--soft:#5d6b7c;--flow:#64748b;
--failure:#c2413b;--return:#2f6fd0;--attention:#b26a00;--good:#1a8a4c;--good-box:#e9f7ef;--bad-box:#fdf1f0;--warn-box:#fdf5e6;--rail:#e2b3b0;--lit:#7c3aed;--lit-box:#efe7ff;`;
const dark = `--paper:#11161d;--box:#1a212b;--group:#151b23;--line:#364252;--ink:#e6ebf2;--soft:#93a1b3;--flow:#7f8ea3;
--failure:#f0837c;--return:#79aef8;--attention:#e5ab4b;--good:#4cc583;--good-box:#14291e;--bad-box:#241a1d;--warn-box:#292214;--rail:#6b3f3f;--lit:#b79bff;--lit-box:#2e2550;`;

/** The colours of the chart by meaning; the page uses the same. */
export const chartColours = { light, dark } as const;

const rules = `
.statechart{font-family:system-ui,"Segoe UI","Helvetica Neue","DejaVu Sans",sans-serif}
.statechart .paper{fill:var(--paper)}
.statechart .state rect{fill:var(--box);stroke:var(--line);stroke-width:1}
.statechart .compound>rect{fill:var(--group)}
.statechart .online>rect{fill:var(--good-box);stroke:var(--good)}
.statechart .recovering>rect{fill:var(--bad-box);stroke:var(--rail)}
.statechart .needs-attention>rect{fill:var(--warn-box);stroke:var(--attention)}
.statechart .everywhere>rect{fill:none;stroke-dasharray:3 3}
.statechart .name{font-size:15.5px;font-weight:650;fill:var(--ink)}
.statechart .line{font-size:10.5px;fill:var(--soft)}
.statechart .label{font-size:10.5px;fill:var(--flow);paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.statechart .arrow{fill:none;stroke-width:1.25}
.statechart .arrow.lifted{stroke-dasharray:5 3}
.statechart .rail{fill:none;stroke:var(--rail);stroke-width:7;stroke-linecap:round}
.statechart .beginning{fill:var(--ink)}
.statechart .arrow.flow{stroke:var(--flow)}.statechart .head.flow{fill:var(--flow)}
.statechart .arrow.failure{stroke:var(--failure)}.statechart .head.failure{fill:var(--failure)}
.statechart .arrow.return{stroke:var(--return)}.statechart .head.return{fill:var(--return)}
.statechart .arrow.attention{stroke:var(--attention)}.statechart .head.attention{fill:var(--attention)}
.statechart .head.taken{fill:var(--lit)}
.statechart .line.failure,.statechart .label.failure{fill:var(--failure)}
.statechart .line.return,.statechart .label.return{fill:var(--return)}
.statechart .line.attention,.statechart .label.attention{fill:var(--attention)}
.statechart .says{fill:var(--soft);text-anchor:end;font-family:ui-monospace,"SFMono-Regular","DejaVu Sans Mono",monospace;font-size:10px}
`;

/** How the chart looks, wherever it is shown. */
export const chartRules = rules.trim();

/** For a picture that stands alone. */
export const chartStyle =
  `.statechart{${light}}@media (prefers-color-scheme:dark){.statechart{${dark}}}${rules}`.replaceAll(
    '\n',
    '',
  );
