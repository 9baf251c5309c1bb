/* Cuts Tabler down to the components Lúa uses. How to run it: config/static/vendor/README.md.
 *
 * The choice is by component, not by scanning templates, so that a new template may use any class of a kept
 * component without a new build. A rule survives when every class in its selector is kept.
 */
const fs = require("node:fs");
const postcss = require("postcss");
const { transform } = require("lightningcss");

const [source, target] = process.argv.slice(2);

const BREAKPOINT = "(-(sm|md|lg|xl))?";
const KEPT = [
  /^container(-(fluid|xl|narrow|tight))?$/,
  new RegExp(`^(row|col)(${BREAKPOINT}(-(auto|\\d+))?)?$`),
  /^row-(cols|cards|deck)(-(sm|md|lg))?(-\d)?$/,
  new RegExp(`^g[xy]?${BREAKPOINT}-[0-5]$`),
  new RegExp(`^[mp][tbsexy]?(-(md|lg))?-([0-5]|auto)$`),
  new RegExp(`^(gap|row-gap|column-gap)-[0-5]$`),
  /^d-(sm-|md-|lg-|print-)?(none|block|inline|inline-block|flex|inline-flex|grid)$/,
  /^flex-(md-|lg-)?(row|column|wrap|nowrap|fill|grow-[01]|shrink-[01])$/,
  /^(justify-content|align-items|align-self)-(md-)?(start|end|center|between|baseline|stretch)$/,
  /^text-(start|end|center|wrap|nowrap|break|truncate|muted|secondary|body|reset|uppercase|decoration-none|decoration-underline)$/,
  /^text-(md|lg)-(start|end|center)$/,
  /^(fw-(normal|medium|bold)|fs-[1-6]|h[1-6]|lh-(1|sm|base|lg)|small|lead|fst-italic|font-monospace)$/,
  /^(border|border-(top|end|bottom|start)|border-0|rounded|rounded-(0|1|2|circle|pill)|shadow-sm)$/,
  /^(w|h|mw)-(25|50|75|100|auto|1)$/,
  /^(position-(relative|absolute|sticky|static)|sticky-top|top-0|overflow-(auto|hidden)|float-end|float-start)$/,
  /^(visually-hidden|visually-hidden-focusable|list-unstyled|list-inline|list-inline-item|img-fluid|stretched-link)$/,
  /^btn(-(primary|secondary|success|danger|warning|link|sm|lg|icon|list|group|group-sm|outline-(primary|secondary|danger)|ghost-secondary))?$/,
  /^card(-(header|body|footer|title|subtitle|table|sm|md|header-tabs|link|actions|options|status-start|status-top))?$/,
  /^(table|table-(sm|hover|striped|bordered|borderless|responsive|responsive-md|vcenter|nowrap|active|group-divider)|thead-sticky|caption-top)$/,
  /^form-(control|control-sm|control-lg|control-plaintext|select|select-sm|label|text|hint|check|check-input|check-label|check-inline|check-description|fieldset|footer|help)$/,
  /^(input-group|input-group-text|input-group-flat|is-invalid|is-valid|invalid-feedback|valid-feedback|required|was-validated|disabled|active|show|col-form-label)$/,
  /^alert(-(success|info|warning|danger|important|heading|title|link|icon|description))?$/,
  /^badge(-(sm|lg|outline|dot))?$/,
  /^(nav|nav-(tabs|pills|link|item|fill))$/,
  /^breadcrumb(-(item|arrows|muted))?$/,
  /^list-group(-(item|item-action|flush|hoverable|header|item-actions))?$/,
  /^(pagination|page-(item|link))$/,
  /^(progress|progress-bar|progress-sm)$/,
  /^(page|page-(wrapper|body|header|title|pretitle|center)|hr|hr-text|subheader|empty|empty-(title|subtitle|action|icon|header))$/,
  /^(datagrid|datagrid-(item|title|content)|steps?|timeline|timeline-.*|divide-y|icon|icon-sm)$/,
];
const isKept = (name) => KEPT.some((pattern) => pattern.test(name));

function keepSelector(selector) {
  if (/data-vc|dir=|\[data-bs-(?!theme)/.test(selector) || /::-webkit-scrollbar/.test(selector)) return false;
  return (selector.match(/\.-?[A-Za-z_][\w-]*/g) || []).every((name) => isKept(name.slice(1)));
}

const root = postcss.parse(fs.readFileSync(source, "utf8"));
root.walkRules((rule) => {
  if (rule.parent.type === "atrule" && /keyframes/.test(rule.parent.name)) return;
  const selectors = rule.selectors.filter(keepSelector);
  if (selectors.length) rule.selectors = selectors;
  else rule.remove();
});
root.walkComments((comment) => {
  if (!comment.text.startsWith("!")) comment.remove();
});
root.walkAtRules("font-face", (rule) => rule.remove());

// Custom properties nobody reads any more, until nothing changes; likewise animations nobody plays.
for (let removed = 1; removed; ) {
  removed = 0;
  const used = new Set(root.toString().match(/var\(\s*--[\w-]+/g)?.map((text) => text.replace(/var\(\s*/, "")));
  root.walkDecls(/^--/, (decl) => {
    if (!used.has(decl.prop)) {
      decl.remove();
      removed += 1;
    }
  });
}
const played = root.toString();
root.walkAtRules(/keyframes$/, (rule) => {
  if (!new RegExp(`animation[^;]*${rule.params}`).test(played)) rule.remove();
});
for (let removed = 1; removed; ) {
  removed = 0;
  root.walk((node) => {
    if ((node.type === "rule" || (node.type === "atrule" && node.nodes)) && node.nodes.length === 0) {
      node.remove();
      removed += 1;
    }
  });
}

// Office computers keep old browsers: colours are also written in a form that Chrome 90 reads.
const version = (major) => major << 16;
const { code } = transform({
  filename: "tabler.css",
  code: Buffer.from(root.toString()),
  minify: true,
  targets: { chrome: version(90), edge: version(90), firefox: version(90), safari: version(14) },
});
const notice =
  "/*! Tabler 1.6.1 (https://tabler.io), MIT, Copyright 2018-2026 The Tabler Authors. Subset: see ../README.md */\n";
fs.writeFileSync(target, notice + code);
