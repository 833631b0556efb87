"""Short headings of tables: a column is as wide as its heading, and a projector is narrow."""

from core.text import ESTIMATED
from pages.parts.words import text
from pages.parts.words.text import t


def short(heading: str) -> str:
    """A heading as it stands above a column on the screen; the mark of an estimate stays."""
    found = known()
    if heading in found:
        return found[heading]
    plain = heading.removeprefix(ESTIMATED).lstrip()
    return text.estimated(found[plain]) if plain in found else heading


def known() -> dict[str, str]:
    """Full headings with their short ones, in the language of the screen."""
    return {
        # losses
        t("Who can win it back"): t("Who can"),
        t("Unit that can most"): t("Leading unit"),
        t("It alone, points"): t("Its points"),
        t("Full points from, %"): t("Full from, %"),
        # rates and what is asked
        t("If it gains as the others, %"): t("As the others, %"),
        t("Needed on new dossiers, %"): t("Need, %"),
        t("On new dossiers, %"): t("New, %"),
        t("Dossiers a week"): t("A week"),
        t("Extra a week"): t("More a week"),
        t("Extra, percentage points"): t("Extra, % points"),
        t("Dossiers left"): t("Left"),
        t("Rate before, %"): t("Before, %"),
        t("Rate after, %"): t("After, %"),
        t("Rate now, %"): t("Rate, %"),
        # what levers are worth
        t("Points at 100%"): t("At 100%"),
        t("Points per percentage point"): t("Per % point"),
        t("Points per 1,000 dossiers"): t("Per 1,000"),
        t("Part of what the province lacks, %"): t("Part lacking, %"),
        t("Part of the province's dossiers, %"): t("Of dossiers, %"),
        # scenarios, changes and forecasts
        t("Rank if own rates stay"): t("Rank, rates stay"),
        t("Change in points"): t("± points"),
        t("Kind of change"): t("Kind"),
        t("Boards of provinces"): t("Boards"),
        t("What was said"): t("Said"),
        t("Inside the range"): t("Held"),
        t("How far off (CRPS, RPS)"): t("Off by"),
        t("“It stays as it is”"): t("“As it is”"),
        t("“Own rates stand still”"): t("“Rates still”"),
        # both portals
        t("Provincial portal, %"): t("Provincial, %"),
        t("National portal, %"): t("National, %"),
        t("Gap, percentage points"): t("Gap, % points"),
        t("Widest gap, percentage points"): t("Widest, % points"),
        t("= Points of the unit's own score"): t("= Unit's points"),
        t("≈ Points of the province"): t("≈ Province's points"),
        # where figures come from
        t("Source of the rate"): t("Source"),
        t("Source of the score"): t("Source"),
        t("Rates published"): t("Published"),
        t("Rates estimated"): t("Estimated"),
        t("Nothing to count"): t("If none"),
    }
