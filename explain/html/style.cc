#include "explain/html/style.h"

namespace headroom {
namespace {

/// Every colour stands here, once a scheme. Text has 4.5 to 1 against what it stands on, a fill of
/// a chart 3 to 1 against the page (style_test.cc).
constexpr const char* kStyleSheet = R"css(
:root{color-scheme:light dark;
--page:#ffffff;--raised:#f5f6f8;--ink:#16191d;--quiet:#555e68;--rule:#d5dae0;--link:#0a4fbf;
--alarm:#b3261e;--mark:#fff1cc;--anon:#3566b8;--shmem:#b0560f;--kernel:#5c7a29;--cache:#7b6a9e;
--swap:#7b6a9e;--hatch:#ffffff}
@media (prefers-color-scheme:dark){:root{
--page:#12151a;--raised:#1b2027;--ink:#e8eaed;--quiet:#a3adb8;--rule:#343c46;--link:#8db8ff;
--alarm:#ff8f84;--mark:#453a14;--anon:#6f9ff0;--shmem:#e39a55;--kernel:#9fbd62;--cache:#b3a1da;
--swap:#b3a1da;--hatch:#12151a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem 4rem;background:var(--page);
color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;font-weight:650;margin:.4rem 0 1.25rem;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:1.15rem;line-height:1.3;font-weight:650;margin:3rem 0 .75rem;padding-top:.75rem;
border-top:1px solid var(--rule)}
h3{font-size:1rem;font-weight:650;margin:1.75rem 0 .5rem}
p{margin:.5rem 0;max-width:44rem}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,.q,.at{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:.86em}
.quiet{color:var(--quiet)}
.over{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline;margin:0;
color:var(--quiet);font-size:.9rem}
.over b{color:var(--ink);font-weight:600}
.facts{display:grid;grid-template-columns:fit-content(45%) minmax(0,1fr);gap:.3rem 1.25rem;margin:0}
.facts dt{color:var(--quiet)}
.facts dd{margin:0}
.jump{margin-top:1.25rem}
.claims{list-style:none;margin:0;padding:0}
.claims li{display:grid;grid-template-columns:5.5rem minmax(0,1fr) max-content;gap:.1rem 1.25rem;
padding:.45rem 0;border-top:1px solid var(--rule)}
.claims li:first-child,.claims .more{border-top:0}
.claims .more{padding-top:0}
.claims .label{color:var(--quiet)}
.claims .at{line-height:1.75;text-align:right;max-width:18rem}
.do p{margin:.75rem 0 .35rem}
pre.type{margin:.35rem 0 .75rem;padding:.65rem .9rem;background:var(--raised);
border-left:3px solid var(--link);white-space:pre-wrap;max-width:44rem}
figure{margin:1rem 0 1.5rem}
figcaption{margin:0 0 .35rem;color:var(--quiet);font-size:.9rem}
svg{display:block;max-width:100%}
.textures{position:absolute}
.chart{width:100%;height:auto}
.narrow{display:none}
.chart text{fill:var(--quiet);font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.chart .strong{fill:var(--ink);font-weight:600}
.chart .grid{stroke:var(--rule);stroke-width:1}
.chart .axis{stroke:var(--quiet);stroke-width:1}
.chart .limit{stroke:var(--alarm);stroke-width:1.5}
.chart .high{stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:5 4}
.chart .moment{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}
.chart .killed{stroke:var(--alarm);stroke-width:2}
.chart .badge{fill:var(--page);stroke:var(--ink);stroke-width:1.25}
.chart .badge.end{fill:var(--alarm);stroke:var(--alarm)}
.chart text.in{fill:var(--ink);font-weight:600;font-size:11px}
.chart text.in.end{fill:var(--page)}
.chart .gap{fill:var(--raised)}
.anon{fill:var(--anon)}.shmem{fill:var(--shmem)}.kernel{fill:var(--kernel)}
.cache{fill:var(--cache)}.swap{fill:var(--swap)}.rest{fill:var(--raised);stroke:var(--rule)}
.hatch{stroke:var(--hatch);stroke-width:1.5;fill:none}
.spot{fill:var(--hatch)}
.unstated{fill:var(--quiet)}.seam{fill:var(--page)}
.killedbar{fill:var(--alarm)}.bar{fill:var(--anon)}
.moments{list-style:none;margin:.5rem 0;padding:0;display:grid;gap:.25rem}
.moments li{display:grid;grid-template-columns:1.5rem minmax(0,1fr);gap:.5rem}
.moments .n{font-weight:600;font-size:.8rem;line-height:1.35rem;width:1.4rem;height:1.4rem;
text-align:center;border:1px solid var(--ink);border-radius:50%}
.moments .n.end{background:var(--alarm);border-color:var(--alarm);color:var(--page)}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.5rem 0;padding:0;
font-size:.9rem}
.key li,.swatch{display:flex;align-items:center;gap:.5rem}
.key li svg,.swatch svg{flex:none}
.used{stroke:var(--ink);stroke-width:1.75;fill:none;stroke-linejoin:round}.dot{fill:var(--ink)}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:baseline;padding:.35rem .9rem .35rem 0;
border-top:1px solid var(--rule)}
thead th{border-top:0;color:var(--quiet);font-weight:500}
tbody th{font-weight:400}
th:last-child,td:last-child{padding-right:0}
.r{text-align:right;white-space:nowrap}
.bars td.b{width:34%;min-width:3rem}
.bars th{min-width:7rem}
.stack td.b{width:20%}
.nowrap{white-space:nowrap}
.via{min-width:4.5rem}
.names{max-width:24rem;line-height:1.7}
.names code{white-space:nowrap;margin-right:.7em}
.parts th,.parts td{vertical-align:middle}
.tag{font-size:.8rem;font-weight:600;color:var(--alarm);white-space:nowrap}
details{margin:.75rem 0}
summary{cursor:pointer;color:var(--link);width:fit-content}
details table{margin-top:.5rem}
.scroll{overflow-x:auto}
.file{margin:1.75rem 0 0}
.file h3{margin:0 0 .1rem;font-size:.95rem}
.file p{margin:0 0 .4rem;font-size:.88rem}
.q{background:var(--raised);padding:.5rem 0;line-height:1.5;font-size:.82rem}
.l{display:grid;grid-template-columns:3.4rem minmax(0,1fr) auto;gap:0 .75rem;padding:0 .75rem 0 0}
.l>a:first-child{color:var(--quiet);text-decoration:none;text-align:right;user-select:none}
.l>a:first-child:hover{text-decoration:underline}
.l span{white-space:pre-wrap}
.l .why{white-space:nowrap;font-size:.95em}
.hit{background:var(--mark);box-shadow:inset 3px 0 0 var(--alarm)}
.hit>a:first-child{color:var(--ink);font-weight:700}
code:target,.l:target,tr:target,li:target{outline:2px solid var(--link);outline-offset:-1px}
.skip{color:var(--quiet);padding:.1rem .75rem .1rem 4.15rem}
footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--rule);color:var(--quiet);
font-size:.85rem}
@media (max-width:40rem){
.names code{white-space:normal}
body{padding:1.25rem 1rem 3rem}
h1{font-size:1.3rem}
.wide{display:none}.narrow{display:block}
.facts{gap:.3rem .9rem}
.facts .at{display:none}
.claims li{grid-template-columns:minmax(0,1fr)}
.claims .label{font-size:.85rem}
.claims .at{text-align:left;max-width:none}
.chart text{font-size:13px}
.l{grid-template-columns:2.4rem minmax(0,1fr);gap:0 .5rem}
.l .why{grid-column:2}
.skip{padding-left:2.9rem}
.wideonly{display:none}
th,td{padding-right:.6rem}
.stack thead{display:none}
.stack tr{display:block;padding:.45rem 0;border-top:1px solid var(--rule)}
.stack th{display:block;border:0;padding:0}
.stack td{display:inline-block;border:0;padding:0 1.1rem 0 0;text-align:left}
.stack td.b{display:block;width:100%;padding:.3rem 0}
.stack td[data-is]::before{content:attr(data-is) " ";color:var(--quiet)}
.stack td:empty{display:none}
}
@media (max-width:52rem){
.many thead{display:none}
.many tr{display:block;padding:.45rem 0;border-top:1px solid var(--rule)}
.many th{display:block;border:0;padding:0}
.many td{display:inline-block;border:0;padding:0 1.1rem 0 0;text-align:left}
.many td.b{display:block;width:100%;padding:.3rem 0}
.many td[data-is]::before{content:attr(data-is) " ";color:var(--quiet)}
.many td:empty{display:none}
}
@media print{
:root{--page:#fff;--raised:#f5f6f8;--ink:#000;--quiet:#444;--rule:#bbb;
--link:#000;--alarm:#b3261e;--mark:#fff1cc;--hatch:#fff;--anon:#3566b8;--shmem:#b0560f;
--kernel:#5c7a29;--cache:#7b6a9e;--swap:#7b6a9e}
body{max-width:none;padding:0;font-size:10pt}
h2{margin-top:1.5rem;break-after:avoid}
h3,figcaption{break-after:avoid}
figure,tr,li,pre{break-inside:avoid}
.jump{display:none}
.hit,.rest,.anon,.shmem,.kernel,.cache,.unstated,.killedbar,.bar{print-color-adjust:exact;
-webkit-print-color-adjust:exact}
details::details-content{content-visibility:visible;block-size:auto}
}
)css";

}  // namespace

Piece StyleSheet() { return kStyleSheet; }

}  // namespace headroom
