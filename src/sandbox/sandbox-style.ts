/** The look of the sandbox's pages: quiet, its own (not GitHub's), light and dark. Its hash stands in the content security policy. */
export const SANDBOX_STYLE = `
:root { color-scheme: light dark; --bg: #fbfbf9; --card: #fff; --ink: #1f2328; --soft: #59636e; --line: #d5dae0; --link: #0b5cad;
  --open: #1a7f37; --closed: #7a3fc4; --skipped: #59636e; --warn: #fff4d6; --warnink: #5f4400; --code: #f1f3f5; --button: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { --bg: #111418; --card: #181c22; --ink: #e6e9ec; --soft: #9aa4af; --line: #333b45; --link: #7db7ff;
  --open: #238636; --closed: #7b4fc0; --skipped: #59636e; --warn: #35290b; --warnink: #f3d58a; --code: #222831; --button: #252c35; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
header { background: var(--warn); color: var(--warnink); border-bottom: 1px solid var(--line); }
header > div, main { max-width: 1080px; margin: 0 auto; padding: 10px 20px; }
header > div { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; }
header a { color: inherit; font-weight: 650; text-decoration: none; }
header form { margin-left: auto; display: flex; gap: 6px; align-items: center; }
main { padding-top: 20px; padding-bottom: 60px; }
a { color: var(--link); } a:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible, textarea:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 6px; } h2 { font-size: 1rem; margin: 0 0 8px; } h3 { font-size: 1rem; margin: 14px 0 6px; }
.soft { color: var(--soft); } .small { font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 14px; }
.card > .top { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; padding: 8px 14px; border-bottom: 1px solid var(--line); color: var(--soft); font-size: 13px; }
.card > .in { padding: 10px 14px; }
ul.rows { list-style: none; margin: 0; padding: 0; } ul.rows > li { padding: 10px 14px; border-top: 1px solid var(--line); } ul.rows > li:first-child { border-top: 0; }
.row-title { font-weight: 600; font-size: 1rem; color: var(--ink); text-decoration: none; } .row-title:hover { text-decoration: underline; }
nav.tabs { display: flex; gap: 6px; margin: 14px 0; } nav.tabs a { padding: 4px 12px; border: 1px solid var(--line); border-radius: 999px; text-decoration: none; color: var(--ink); background: var(--card); }
nav.tabs a[aria-current] { border-color: var(--link); font-weight: 650; }
.state { display: inline-block; padding: 2px 10px; border-radius: 999px; color: #fff; font-size: 13px; font-weight: 600; white-space: nowrap; }
.state.open { background: var(--open); } .state.closed { background: var(--closed); } .state.skipped { background: var(--skipped); }
.label { display: inline-flex; align-items: center; gap: 6px; padding: 1px 8px; border: 1px solid var(--line); border-radius: 999px; font-size: 12.5px; margin: 2px 2px 2px 0; background: var(--card); }
.label svg { width: 10px; height: 10px; flex: none; } .label svg circle { stroke: var(--soft); }
.label button { border: 0; background: none; color: var(--soft); padding: 0 4px; min-width: 24px; min-height: 24px; cursor: pointer; font: inherit; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) 270px; gap: 22px; } @media (max-width: 760px) { .two { grid-template-columns: minmax(0, 1fr); } }
.event { padding: 2px 14px 14px; color: var(--soft); font-size: 13.5px; }
pre { background: var(--code); padding: 10px; border-radius: 6px; overflow: auto; font-size: 13px; white-space: pre-wrap; } code { font-family: ui-monospace, monospace; font-size: 0.92em; background: var(--code); padding: 1px 4px; border-radius: 4px; } pre code { padding: 0; background: none; }
table { border-collapse: collapse; margin: 8px 0; display: block; overflow-x: auto; } td, th { border: 1px solid var(--line); padding: 4px 10px; text-align: left; vertical-align: top; }
blockquote { margin: 8px 0; padding-left: 12px; border-left: 3px solid var(--line); color: var(--soft); }
textarea, input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 6px 8px; } textarea, .wide { width: 100%; } textarea { min-height: 90px; }
.button { font: inherit; cursor: pointer; color: var(--ink); background: var(--button); border: 1px solid var(--line); border-radius: 6px; padding: 5px 12px; } .button.main { background: var(--open); border-color: var(--open); color: #fff; }
.line { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; align-items: center; } .in > :first-child { margin-top: 0; } .in > :last-child { margin-bottom: 0; } .line input { flex: 0 1 72px; min-width: 0; } .line select { min-width: 0; flex: 1; }
aside section { border-bottom: 1px solid var(--line); padding: 0 0 14px; margin: 0 0 14px; }
`;
