"""Charts take any name a dataset has: long ones, equal ones, and ones that look like markup."""

from core.charts import score as charts


def test_the_heat_map_keeps_units_apart_that_have_the_same_name() -> None:
    names = ["UBND xã Minh Hòa", "UBND xã Minh Hòa", "Sở " + "rất dài " * 20, "<b>Sở</b> A & B"]
    rates = [[10.0], [20.0], [None], [40.0]]
    figure = charts.heatmap(rates, ["Số hóa"], names, [["10"], ["20"], ["–"], ["40"]], "vi")
    drawn = figure.data[0]
    assert len(set(drawn.y)) == 4
    shown = figure.layout.yaxis.ticktext
    assert shown[:2] == ("UBND xã Minh Hòa",) * 2
    assert len(shown[2]) <= 48 and shown[2].endswith("…")
    assert drawn.customdata[2][0].startswith("Sở rất dài rất dài") and len(shown[2]) < 160
    assert shown[3] == drawn.customdata[3][0] == "&lt;b&gt;Sở&lt;/b&gt; A &amp; B"
