"""A comparison as a picture: one line for each workload, a dot at the ratio, a bar over its
confidence interval, a band for what the threshold allows. SVG that needs nothing else, for light
and dark backgrounds; told apart by shape and words as well as by colour."""
import html as markup
import math

import comparison
import noise

ROW, TOP, WIDTH, PLOT, MARGIN = 24, 64, 900, 360, 16
LEFT = 310  # where the plot begins; names end before it

LIGHT = {"ink": "#1f2328", "soft": "#57606a", "line": "#d0d7de", "band": "#eaeef2",
         "paper": "#ffffff", "slower": "#b42318", "faster": "#1a7f37", "same": "#57606a",
         "unclear": "#8a5a00"}
DARK = {"ink": "#e6edf3", "soft": "#9aa4ae", "line": "#3d444d", "band": "#262c36",
        "paper": "#0d1117", "slower": "#ff7b72", "faster": "#56d364", "same": "#9aa4ae",
        "unclear": "#e3b341"}


def _colours(palette):
    """Rules without custom properties, which not every viewer of SVG knows."""
    rules = [f".paper {{ fill: {palette['paper']}; }} .band {{ fill: {palette['band']}; }}",
             f"text {{ fill: {palette['ink']}; }} text.soft {{ fill: {palette['soft']}; }}",
             f"line {{ stroke: {palette['line']}; }} line.one {{ stroke: {palette['soft']}; }}"]
    for word in (noise.REGRESSION, noise.IMPROVEMENT, noise.SAME, noise.UNCLEAR):
        rules.append(f"text.{word} {{ fill: {palette[word]}; stroke: none; }} "
                     f"line.{word} {{ stroke: {palette[word]}; }} "
                     f".mark.{word} {{ fill: {palette[word]}; stroke: {palette[word]}; }}")
    rules.append(f".mark.unclear {{ fill: {palette['paper']}; }}")
    return "\n".join(rules)


STYLE = f"""
text {{ font: 13px system-ui, sans-serif; }} text.soft {{ font-size: 12px; }}
text.title {{ font-size: 15px; font-weight: 600; }} text.slower {{ font-weight: 600; }}
line {{ stroke-width: 1; }} line.interval {{ stroke-width: 3; stroke-linecap: round; }}
.mark {{ stroke-width: 2; }}
{_colours(LIGHT)}
@media (prefers-color-scheme: dark) {{
{_colours(DARK)}
}}
"""


class Scale:
    """Ratios to pixels, logarithmic and centred at 1, so that twice and half are as far."""

    def __init__(self, made, threshold):
        ends = [abs(math.log(end)) for row in made for end in (row.change.low, row.change.high)]
        self.reach = min(max([2.5 * math.log1p(threshold), 0.03] + ends) * 1.08, math.log(8))

    def x(self, ratio):
        share = max(-1.0, min(1.0, math.log(ratio) / self.reach))
        return LEFT + PLOT / 2 * (1 + share)

    def ticks(self):
        """Ratios for the axis: 1 and a few round percentages on either side."""
        step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
                    if math.log1p(3 * s) >= self.reach or s == 5)
        above = [1 + step * i for i in range(1, 4) if math.log1p(step * i) <= self.reach]
        below = [1 - step * i for i in range(1, 4)
                 if step * i < 1 and -math.log1p(-step * i) <= self.reach]
        return below[::-1] + [1.0] + above


def svg(made, threshold, title):
    scale = Scale(made, threshold)
    bottom = TOP + ROW * len(made)
    height = bottom + 44
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
             f'width="{WIDTH}" height="{height}" role="img">',
             f"<title>{markup.escape(title)}</title>", f"<style>{STYLE}</style>",
             f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
             _text(MARGIN, 26, title, "title"),
             _text(MARGIN, 46, comparison.summary(made, threshold), "soft"),
             _band(scale, threshold, bottom)]
    for ratio in scale.ticks():
        lines += _tick(scale, ratio, bottom)
    for at, row in enumerate(made):
        lines += _row(scale, row, TOP + ROW * at + ROW / 2)
    lines.append(_text(LEFT + PLOT / 2, bottom + 36,
                       f"change of the time, with its {noise.CONFIDENCE:.0%} interval; "
                       "right is slower", "soft", "middle"))
    return "\n".join(lines + ["</svg>", ""])


def html(made, threshold, title):
    """A page with the picture and the figures."""
    cells = "\n".join(
        f"<tr><td>{markup.escape(row.name)}</td><td>{comparison.duration(row.change.before)}</td>"
        f"<td>{comparison.duration(row.change.after)}</td>"
        f"<td>{comparison.percent(row.change.ratio)}</td>"
        f"<td>{comparison.percent(row.change.low)} to {comparison.percent(row.change.high)}</td>"
        f"<td>{row.verdict}</td></tr>" for row in made)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{markup.escape(title)}</title>
<meta name="viewport" content="width=device-width"><style>
:root {{ color-scheme: light dark; }}
body {{ font: 14px system-ui, sans-serif; max-width: {WIDTH}px; margin: 2em auto; padding: 0 1em; }}
svg {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: right; padding: 3px 8px; }}
th:first-child, td:first-child, th:last-child, td:last-child {{ text-align: left; }}
</style></head><body>
{svg(made, threshold, title)}
<table><thead><tr><th>workload</th><th>before</th><th>after</th><th>change</th>
<th>{noise.CONFIDENCE:.0%} interval</th><th>verdict</th></tr></thead><tbody>
{cells}
</tbody></table></body></html>
"""


def _text(x, y, text, kind="", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">'
            f"{markup.escape(text)}</text>")


def _band(scale, threshold, bottom):
    left, right = scale.x(1 / (1 + threshold)), scale.x(1 + threshold)
    return (f'<rect class="band" x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" '
            f'height="{bottom - TOP}"/>')


def _tick(scale, ratio, bottom):
    x = scale.x(ratio)
    kind = "one" if ratio == 1 else ""
    return [f'<line class="{kind}" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>',
            _text(x, bottom + 16, f"{ratio - 1:+.0%}" if ratio != 1 else "0", "soft", "middle")]


def _row(scale, row, y):
    change, kind = row.change, row.verdict
    low, high, dot = scale.x(change.low), scale.x(change.high), scale.x(change.ratio)
    mark = (f'<circle class="mark {kind}" cx="{dot:.1f}" cy="{y:.1f}" r="4.5"/>'
            if kind in (noise.SAME, noise.UNCLEAR) else
            f'<rect class="mark {kind}" x="{dot - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>')
    return [_text(LEFT - 12, y + 4, row.name, "", "end"),
            f'<line class="interval {kind}" x1="{low:.1f}" y1="{y:.1f}" x2="{high:.1f}" '
            f'y2="{y:.1f}"/>', mark,
            _text(LEFT + PLOT + 12, y + 4, f"{comparison.percent(change.ratio)} {kind}", kind),
            _text(WIDTH - MARGIN, y + 4, comparison.duration(change.after).strip(), "soft", "end")]
