"""The workbook in English."""

from core.imports.template.sheets import ListSheet, TemplateWords
from core.index.rules import GROUPS

IN_ENGLISH = TemplateWords(
    guide="Guide",
    keys="Province",
    figures="Figures",
    notes="Notes",
    guidance=(
        "Template for figures of the 766 index",
        "1. Fill in the sheet “Province”, then “Units” (the province itself too, with the level "
        "“province”), then “Figures”: one row a unit.",
        "2. For each component: numerator and denominator, or a rate in %, or points. What is not "
        "known stays empty; empty is not 0.",
        "3. Write dates as 27/3/2025, and rates as 93.37 for 93.37%.",
        "4. Leave the row of grey codes below the headings. Columns may be moved; those that are "
        "not used may be deleted.",
        "5. The column Source: a code of the sheet “Sources”. Empty: this file is the source.",
        "6. Save it and load it on the page Data. Where nothing was changed, nothing changes.",
    ),
    key_names={
        "name_vi": "Name of the dataset, in Vietnamese",
        "name_en": "Name in English",
        "province": "Code of the province (as on the portal, such as H44)",
        "field_name": "Name of the province on the board",
        "rule_set": "Rule set",
        "period_start": "Figures counted from",
        "as_of": "Day of the figures",
        "horizons": "Horizons: key = date; ...",
        "field_size": "Provinces that are ranked",
        "published_rank": "Published rank",
        "published_total": "Published score",
        "counting": "Rates count: year_to_date, month, unknown",
        "unscored": "Components published without points",
        "monthly_volume": "Dossiers a month, 12 numbers with semicolons between",
    },
    lists=(
        ListSheet(
            "Units",
            "units.csv",
            {
                "unit": "Code of the unit",
                "name_vi": "Name of the unit",
                "level": "Level",
                "parent": "Code of the unit above",
                "volume_share": "Part of the province's dossiers (0 to 1)",
                "volume_source": "Source of this part",
            },
        ),
        ListSheet(
            "Targets",
            "targets.csv",
            {
                "due": "Due",
                "level": "Level",
                "unit": "Code of the unit",
                "component": "Code of the component",
                "rate_percent": "Target, %",
                "source": "Source",
                "note": "Note",
            },
        ),
        ListSheet(
            "Other provinces",
            "field.csv",
            {
                "date": "Day",
                "period": "Counts",
                "province": "Province",
                **dict(
                    zip(
                        GROUPS,
                        (
                            "Transparency",
                            "Progress",
                            "Online",
                            "Payment",
                            "Satisfaction",
                            "Digitisation",
                        ),
                        strict=True,
                    )
                ),
                "total": "Score",
                "rank": "Rank",
                "mean_total": "National mean",
                "source": "Source",
                "note": "Note",
            },
        ),
        ListSheet(
            "Volumes",
            "volumes.csv",
            {
                "unit": "Code of the unit",
                "component": "Code of the component",
                "volume_share": "Part of the province's dossiers (0 to 1)",
                "source": "Source",
            },
        ),
        ListSheet(
            "Other counts",
            "counts.csv",
            {
                "as_of": "Day",
                "unit": "Code of the unit",
                "quantity": "Quantity",
                "count": "Count",
                "of": "Out of",
                "source": "Source",
                "note": "Note",
            },
        ),
        ListSheet(
            "Sources",
            "sources.csv",
            {
                "source": "Code of the source",
                "title": "Document",
                "publisher": "Publisher",
                "date": "Day",
                "url": "Link",
            },
        ),
    ),
    heads=("Day", "Code of the unit", "Name of the unit", "Portal", "Source"),
    roles={
        "numerator": "Numerator",
        "denominator": "Denominator",
        "rate_percent": "Rate, %",
        "points": "Points",
    },
    note_columns={
        "as_of": "Day",
        "unit": "Code of the unit",
        "component": "Code of the component",
        "portal": "Portal",
        "source": "Own source of this figure",
        "note": "Note",
    },
    choices={
        "level": {
            "province": "province",
            "department": "department",
            "district": "district",
            "commune": "commune",
        },
        "portal": {"national": "national portal", "provincial": "provincial portal"},
        "period": {"year_to_date": "year to date", "month": "month", "week": "week"},
    },
)
