"""Line charts with logarithmic axes as SVG, legible on light and dark pages.

  chart.svg("prefixes", [chart.Panel("Lookups", "million a second", {"IPv4": [(100, 5.0), ...]})])

Each panel has its own y axis; x and the colours of the lines are common. Up to two lines.
"""

import math
from html import escape

WIDTH, HEIGHT = 340, 280  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 58, 24, 58, 48  # inside it, around the plot

# Tones that stand out on white and on black alike: not every viewer has a dark mode.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #6e7b88 }
  .title { font-size: 14px; font-weight: 600 }
  .grid { stroke: #808080; stroke-opacity: 0.3 }
  .line { fill: none; stroke-width: 2 }
  .s0 { stroke: #2f81f7 } .d0, text.d0 { fill: #2f81f7 }
  .s1 { stroke: #d9730d } .d1, text.d1 { fill: #d9730d }
"""


class Panel:
    """One plot: `lines` maps a label to points (x, y), all of them positive."""

    def __init__(self, title, unit, lines):
        self.title = title
        self.unit = unit
        self.lines = lines

    def values(self, axis):
        return [point[axis] for points in self.lines.values() for point in points]


class Scale:
    """From the powers of ten around `values` to pixels."""

    def __init__(self, values, first, last):
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(math.ceil(math.log10(max(values)) - 1e-9), self.low + 1)
        self.first = first
        self.last = last

    def at(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.first + part * (self.last - self.first), 1)

    def ticks(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def label(value):
    """1000 is 1 k: short enough for a tick."""
    for factor, suffix in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= factor:
            return f"{value / factor:g}{suffix}"
    return f"{value:g}"


def text(x, y, words, kind="", anchor="start"):
    names = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{names}>{escape(words)}</text>'


def rule(x1, y1, x2, y2):
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="grid"/>'


def axes(x, y):
    parts = []
    for tick in y.ticks():
        parts += [rule(x.first, y.at(tick), x.last, y.at(tick)),
                  text(x.first - 8, y.at(tick) + 4, label(tick), anchor="end")]
    for tick in x.ticks():
        parts += [rule(x.at(tick), y.first, x.at(tick), y.last),
                  text(x.at(tick), y.first + 18, label(tick), anchor="middle")]
    return parts


def curve(number, points, x, y):
    places = [(x.at(a), y.at(b)) for a, b in sorted(points)]
    path = " ".join(f"{a},{b}" for a, b in places)
    dots = [f'<circle cx="{a}" cy="{b}" r="3" class="d{number}"/>' for a, b in places]
    return [f'<polyline points="{path}" class="line s{number}"/>'] + dots


def legend(names, left):
    parts = []
    for number, name in enumerate(names):
        place = left + 60 * number
        parts += [f'<circle cx="{place + 4}" cy="48" r="4" class="d{number}"/>',
                  text(place + 14, 52, name, f"d{number}")]
    return parts


def plot(panel, names, x_name, x_values, left):
    x = Scale(x_values, left + LEFT, left + WIDTH - RIGHT)
    y = Scale(panel.values(1), HEIGHT - BOTTOM, TOP + 8)
    parts = [text(left + LEFT, 18, panel.title, "title"), text(left + LEFT, 34, panel.unit)]
    parts += legend(names, left + LEFT) + axes(x, y)
    parts.append(text((x.first + x.last) / 2, HEIGHT - 10, x_name, anchor="middle"))
    for number, name in enumerate(names):
        if panel.lines.get(name):
            parts += curve(number, panel.lines[name], x, y)
    return parts


def svg(x_name, panels):
    panels = [panel for panel in panels if panel.values(0)]
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    x_values = [value for panel in panels for value in panel.values(0)]
    parts = []
    for place, panel in enumerate(panels):
        parts += plot(panel, names, x_name, x_values, place * WIDTH)
    width = WIDTH * len(panels)
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
            f'width="{width}" height="{HEIGHT}" role="img">')
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""])
